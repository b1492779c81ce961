-- online: finds among all keys those that a key has had the secret of, for its list and for whoever revokes all of them
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_told" ON "api_keys" USING btree ("secret_told_to_key_id","id") WHERE secret_told_to_key_id is not null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_previously_told" ON "api_keys" USING btree ("previous_secret_told_to_key_id","id") WHERE previous_secret_told_to_key_id is not null;
