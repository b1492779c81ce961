-- online: finds the newest keys of a customer, however many it has
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_key_customers_of_customer" ON "api_key_customers" USING btree ("customer_id","key_id");
--> statement-breakpoint
-- In its place: what the version before asks of it, the new one answers.
DROP INDEX CONCURRENTLY IF EXISTS "api_key_customers_by_customer";
