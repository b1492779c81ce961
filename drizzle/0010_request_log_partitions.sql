-- One partition per UTC day, made apart and then attached, as those of telemetry_events, and for the same reasons. Only
-- the owner writes the log, so the function needs no rights beyond the caller's.
CREATE FUNCTION ensure_request_partitions(first_day date, days integer) RETURNS void
  LANGUAGE plpgsql SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  day date;
  partition text;
BEGIN
  IF days NOT BETWEEN 1 AND 31 OR first_day NOT BETWEEN '2000-01-01' AND '2999-12-31' THEN
    RAISE EXCEPTION 'partitions are made for 1 to 31 days of this millennium';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('requests', 0));
  FOR day IN SELECT first_day + step FROM generate_series(0, days - 1) AS step LOOP
    partition := 'requests_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass(partition) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE requests INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
    EXECUTE format(
      'ALTER TABLE requests ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, day, day + 1
    );
  END LOOP;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ensure_request_partitions(date, integer) FROM PUBLIC;
--> statement-breakpoint
-- No grant and no policy: the public API can neither read nor write what is kept about its calls.
ALTER TABLE requests ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE usage_hourly ENABLE ROW LEVEL SECURITY;
