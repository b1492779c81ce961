-- usage_totals is usage_hourly without the keys, so the database itself keeps it: one statement adds to both, or to none.
-- Once a statement and not once a row; an upsert fires both triggers, each with its own rows. In a fixed order, because
-- two processes that flush at the same time would otherwise lock the same hours crosswise.
-- Nothing fires on a delete: when the figures of keys are dropped one day, those of the installation stay.
CREATE FUNCTION usage_totals_add() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO usage_totals AS total (hour, environment, status_class, code, calls, duration_ms)
      SELECT hour, environment, status_class, code, sum(calls), sum(duration_ms)
      FROM added GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
      ON CONFLICT ON CONSTRAINT usage_totals_pk
      DO UPDATE SET calls = total.calls + excluded.calls, duration_ms = total.duration_ms + excluded.duration_ms;
  ELSE
    INSERT INTO usage_totals AS total (hour, environment, status_class, code, calls, duration_ms)
      SELECT hour, environment, status_class, code, sum(calls), sum(duration_ms)
      FROM (
        SELECT hour, environment, status_class, code, calls, duration_ms FROM added
        UNION ALL
        SELECT hour, environment, status_class, code, -calls, -duration_ms FROM taken
      ) AS change GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
      ON CONFLICT ON CONSTRAINT usage_totals_pk
      DO UPDATE SET calls = total.calls + excluded.calls, duration_ms = total.duration_ms + excluded.duration_ms;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION usage_totals_add() FROM PUBLIC;
--> statement-breakpoint
CREATE TRIGGER usage_totals_insert AFTER INSERT ON usage_hourly
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION usage_totals_add();
--> statement-breakpoint
CREATE TRIGGER usage_totals_update AFTER UPDATE ON usage_hourly
  REFERENCING OLD TABLE AS taken NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION usage_totals_add();
--> statement-breakpoint
INSERT INTO usage_totals (hour, environment, status_class, code, calls, duration_ms)
  SELECT hour, environment, status_class, code, sum(calls), sum(duration_ms) FROM usage_hourly GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
-- No grant and no policy: the public API reads no figures of its callers.
ALTER TABLE usage_totals ENABLE ROW LEVEL SECURITY;
