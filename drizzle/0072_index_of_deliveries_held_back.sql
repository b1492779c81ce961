-- online: finds what is held back, by record, among all that was ever sent
CREATE INDEX CONCURRENTLY IF NOT EXISTS "webhook_deliveries_held_back" ON "webhook_deliveries" USING btree ("endpoint_id","subject_id","is_by_hand","position") WHERE is_held_back and next_attempt_at is not null;
