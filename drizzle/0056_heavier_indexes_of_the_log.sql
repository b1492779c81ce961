-- What the version before asks is answered by the indexes of 0055 as well.
DROP INDEX "requests_by_key";--> statement-breakpoint
DROP INDEX "requests_by_request_id";--> statement-breakpoint
-- Each batch is written once by its number (request_log_writers); a row's own id only puts those of one instant in order.
ALTER TABLE "requests" DROP CONSTRAINT "requests_pk";
