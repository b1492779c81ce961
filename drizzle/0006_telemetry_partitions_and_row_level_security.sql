-- One partition per UTC day of receipt. There is no default partition: rows in one would have to be moved before the
-- day's own could be made, and a forgotten day would grow unseen. A batch that finds no partition makes it instead.
-- Made apart and then attached, which lets readers and writers of other days go on; CREATE TABLE … PARTITION OF would
-- lock them all out.
-- SECURITY DEFINER: keyward_api owns nothing and may create nothing but this. The bounds keep it from making a mess.
CREATE FUNCTION ensure_telemetry_partitions(first_day date, days integer) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  day date;
  partition text;
BEGIN
  IF days NOT BETWEEN 1 AND 31 OR first_day NOT BETWEEN '2000-01-01' AND '2999-12-31' THEN
    RAISE EXCEPTION 'partitions are made for 1 to 31 days of this millennium';
  END IF;
  -- Two batches may miss the same day at once; the second waits, and then finds it.
  PERFORM pg_advisory_xact_lock(hashtextextended('telemetry_events', 0));
  FOR day IN SELECT first_day + step FROM generate_series(0, days - 1) AS step LOOP
    partition := 'telemetry_events_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass(partition) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE telemetry_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
    -- Only the way through the parent is open, where the policies stand.
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format(
      'ALTER TABLE telemetry_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, day, day + 1
    );
  END LOOP;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ensure_telemetry_partitions(date, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ensure_telemetry_partitions(date, integer) TO keyward_api;
--> statement-breakpoint
ALTER TABLE telemetry_events ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE telemetry_daily ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
-- Events are never changed, and removed only as whole days, by the owner.
GRANT SELECT, INSERT ON telemetry_events TO keyward_api;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON telemetry_daily TO keyward_api;
--> statement-breakpoint
-- A scoped key reads the events of its customers' licences. It may also send events of no known licence, which it then
-- cannot read: they might be anybody's.
CREATE POLICY telemetry_events_of_environment ON telemetry_events TO keyward_api
  USING (
    environment = (SELECT current_setting('app.environment'))
    AND (
      (SELECT nullif(current_setting('app.customers', true), '')) IS NULL
      OR customer_id = ANY ((SELECT nullif(current_setting('app.customers', true), '')::text[])::text[])
    )
  )
  WITH CHECK (
    environment = (SELECT current_setting('app.environment'))
    AND (
      (SELECT nullif(current_setting('app.customers', true), '')) IS NULL
      OR customer_id IS NULL
      OR customer_id = ANY ((SELECT nullif(current_setting('app.customers', true), '')::text[])::text[])
    )
  );
--> statement-breakpoint
CREATE POLICY telemetry_daily_of_environment ON telemetry_daily TO keyward_api
  USING (environment = (SELECT current_setting('app.environment')))
  WITH CHECK (environment = (SELECT current_setting('app.environment')));
