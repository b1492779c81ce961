-- online: finds what a key has made among all keys, for its list and for whoever revokes all of it
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_maker" ON "api_keys" USING btree ("created_by_key_id","id") WHERE deleted_at is null and created_by_key_id is not null;
--> statement-breakpoint
ALTER TABLE "api_keys" VALIDATE CONSTRAINT "api_keys_manages_known";
