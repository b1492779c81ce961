-- online: finds the few events of one licence among millions of others
CREATE INDEX CONCURRENTLY IF NOT EXISTS "telemetry_events_by_license" ON "telemetry_events" USING btree ("license_id","received_at","id") WHERE license_id is not null;
