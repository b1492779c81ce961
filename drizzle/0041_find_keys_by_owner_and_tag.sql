-- online: a key belongs to whoever made it, as far as they are still of the team
UPDATE api_keys SET owner_id = admins.id, owner_email = admins.email FROM admins
WHERE lower(admins.email) = lower(api_keys.created_by) AND api_keys.id IN (
  SELECT api_keys.id FROM api_keys JOIN admins ON lower(admins.email) = lower(api_keys.created_by)
  WHERE owner_id IS NULL AND owner_email IS NULL LIMIT 1000
);
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_owner" ON "api_keys" USING btree ("owner_id","id") WHERE deleted_at is null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_owner_email" ON "api_keys" USING btree (fold(owner_email),"id") WHERE deleted_at is null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_tag" ON "api_keys" USING gin ("tags") WHERE deleted_at is null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_words" ON "api_keys" USING gin (fold(name || ' ' || masked_key || ' ' || coalesce(previous_masked_key, '') || ' ' || description || ' ' || created_by || ' ' || coalesce(owner_email, '') || ' ' || joined(tags)) gin_trgm_ops) WHERE deleted_at is null;
--> statement-breakpoint
-- In its place. The version before goes on finding, without it.
DROP INDEX CONCURRENTLY IF EXISTS "api_keys_search";
