-- online: finds the owners and tags that there are to choose from, however many keys have them
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_who_answers" ON "api_keys" USING btree ("environment",coalesce(owner_id, ''),"owner_email") WHERE deleted_at is null and owner_email is not null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_tags" ON "api_keys" USING btree ("environment","tags") WHERE deleted_at is null and tags <> '{}';
--> statement-breakpoint
-- Has all that is asked of very many keys that have expired, so that the index alone is read.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "api_keys_by_end" ON "api_keys" USING btree (coalesce(expires_at, 'infinity'),"id") INCLUDE ("expires_at","revoked_at","last_used_at","environment","name") WHERE deleted_at is null;
--> statement-breakpoint
-- In its place: what the version before asks of it, the new one answers.
DROP INDEX CONCURRENTLY IF EXISTS "api_keys_by_expiry";
