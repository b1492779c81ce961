-- online: finds what is due at an endpoint without passing by what is held back, of which there may be a million
CREATE INDEX CONCURRENTLY IF NOT EXISTS "webhook_deliveries_next" ON "webhook_deliveries" USING btree ("endpoint_id","next_attempt_at","position") WHERE next_attempt_at is not null and not is_held_back;
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "webhook_deliveries_due";
