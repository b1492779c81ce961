-- online: finds what a key has made by way of keys that were deleted since, too
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_creator" ON "api_keys" USING btree ("created_by_key_id","id") WHERE created_by_key_id is not null;
--> statement-breakpoint
-- In its place: what the version before asks of it, the new one answers.
DROP INDEX CONCURRENTLY IF EXISTS "api_keys_by_maker";
