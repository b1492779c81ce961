-- online: counts the keys that a key has made and that are neither revoked nor deleted, whenever it makes one more
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_creator_unrevoked" ON "api_keys" USING btree ("created_by_key_id") WHERE created_by_key_id is not null and deleted_at is null and revoked_at is null;
