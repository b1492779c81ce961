-- Text without its case, the same in every locale: lower() goes by the database's own, in which an I may become an i without
-- a dot (tr_TR), so that nobody found what was written in capitals. By Unicode's rules through ICU, which Debian's, the
-- hostings' and the embedded Postgres have; else by those Postgres brings since 17; else A to Z alone.
DO $$
DECLARE
  rules text;
BEGIN
  SELECT collname INTO rules FROM pg_collation
  WHERE collname IN ('und-x-icu', 'pg_c_utf8') AND collnamespace = 'pg_catalog'::regnamespace
  ORDER BY collname DESC LIMIT 1;
  EXECUTE format(
    'CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $f$ SELECT lower(value COLLATE %I) $f$',
    coalesce(rules, 'C'));
END $$;--> statement-breakpoint
-- The indexes are built anew under an exclusive lock, some seconds for each hundred thousand rows.
DROP INDEX "audit_events_by_subject_name";--> statement-breakpoint
DROP INDEX "customers_search";--> statement-breakpoint
DROP INDEX "job_records_by_actor_name";--> statement-breakpoint
DROP INDEX "api_keys_by_name";--> statement-breakpoint
DROP INDEX "api_keys_search";--> statement-breakpoint
DROP INDEX "licenses_search";--> statement-breakpoint
CREATE INDEX "audit_events_by_subject_name" ON "audit_events" USING gin (fold("subject_name") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "customers_search" ON "customers" USING gin (fold(email || ' ' || coalesce(name, '')) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "job_records_by_actor_name" ON "job_records" USING gin (fold("actor_name") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "api_keys_by_name" ON "api_keys" USING btree (fold(name),"id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "api_keys_search" ON "api_keys" USING gin (fold(name || ' ' || display || ' ' || coalesce(previous_display, '')) gin_trgm_ops) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "licenses_search" ON "licenses" USING gin (fold(key || ' ' || product) gin_trgm_ops);