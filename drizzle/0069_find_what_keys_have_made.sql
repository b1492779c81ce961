-- online: finds what a key has made among all keys, also by way of keys that were deleted since
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_creator" ON "api_keys" USING btree ("created_by_key_id","id") WHERE created_by_key_id is not null;
