CREATE SEQUENCE "job_turns" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
ALTER TABLE "job_records" ADD COLUMN "failed" integer;--> statement-breakpoint
ALTER TABLE "job_records" ADD COLUMN "turn" bigint;--> statement-breakpoint
CREATE INDEX "job_records_turns_of_environments" ON "job_records" USING btree ("environment","turn");--> statement-breakpoint
CREATE INDEX "job_records_turns_of_starters" ON "job_records" USING btree ("actor_id","turn");--> statement-breakpoint
CREATE INDEX "job_records_active" ON "job_records" USING btree ("key_id") WHERE finished_at is null;--> statement-breakpoint
ALTER TABLE "job_records" DROP COLUMN "dispatched_at";--> statement-breakpoint
ALTER TABLE "job_records" ADD CONSTRAINT "job_records_outcome" CHECK (failed between 0 and done);--> statement-breakpoint
-- Where nothing could fail row by row, or nothing was done yet. Of an import that was under way it is not known.
UPDATE job_records SET failed = 0 WHERE type <> 'customers.import' OR done = 0;
