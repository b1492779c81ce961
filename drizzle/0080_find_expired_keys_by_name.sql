-- online: finds the first of very many keys that have expired in the order of names, which would each be folded to compare them
-- With the name itself too, or Postgres would not take what is folded from the index.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_end_and_name" ON "api_keys" USING btree (coalesce(expires_at, 'infinity'),"id",fold(name)) INCLUDE ("expires_at","revoked_at","last_used_at","environment","name") WHERE deleted_at is null;
--> statement-breakpoint
-- In its place: what the version before asks of it, the new one answers.
DROP INDEX CONCURRENTLY IF EXISTS "api_keys_by_end";
