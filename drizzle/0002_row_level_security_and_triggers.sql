-- Isolation. The public API's connections carry the role keyward_api and the setting app.environment; what they see and
-- write is decided here, so that no handler has to remember a filter. An unset app.environment raises an error.
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE idempotency_records ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
-- No policy and no grant: keyward_api sees no key at all.
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE api_key_customers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO keyward_api;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON customers, idempotency_records TO keyward_api;
--> statement-breakpoint
-- app.customers is an array in text form, '{cus_a,cus_b}', set for the transaction of a customer-scoped key. Outside of
-- such a transaction it is unset or empty. '{}' is a scope without customers, which matches no row.
-- Settings stand in sub-selects, so that they are read once per statement instead of once per row.
CREATE POLICY customers_of_environment ON customers TO keyward_api
  USING (
    environment = (SELECT current_setting('app.environment'))
    AND (
      (SELECT nullif(current_setting('app.customers', true), '')) IS NULL
      OR id = ANY ((SELECT nullif(current_setting('app.customers', true), '')::text[])::text[])
    )
  )
  WITH CHECK (
    environment = (SELECT current_setting('app.environment'))
    AND (
      (SELECT nullif(current_setting('app.customers', true), '')) IS NULL
      OR id = ANY ((SELECT nullif(current_setting('app.customers', true), '')::text[])::text[])
    )
  );
--> statement-breakpoint
CREATE POLICY idempotency_records_of_environment ON idempotency_records TO keyward_api
  USING (environment = (SELECT current_setting('app.environment')))
  WITH CHECK (environment = (SELECT current_setting('app.environment')));
--> statement-breakpoint
-- A key's generation rises with every change that matters to a decision at the door. last_used_* and texts do not.
CREATE FUNCTION api_keys_bump_generation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.digest, OLD.previous_digest, OLD.previous_until, OLD.permissions, OLD.rate_limits, OLD.ip_allowlist,
      OLD.customer_scoped, OLD.expires_at, OLD.revoked_at, OLD.deleted_at)
    IS DISTINCT FROM
     (NEW.digest, NEW.previous_digest, NEW.previous_until, NEW.permissions, NEW.rate_limits, NEW.ip_allowlist,
      NEW.customer_scoped, NEW.expires_at, NEW.revoked_at, NEW.deleted_at)
  THEN
    NEW.generation := OLD.generation + 1;
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER api_keys_generation BEFORE UPDATE ON api_keys
  FOR EACH ROW EXECUTE FUNCTION api_keys_bump_generation();
--> statement-breakpoint
-- The environment of a key never changes; a bug that tries is refused here.
CREATE FUNCTION api_keys_keep_environment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the environment of an API key cannot change';
END
$$;
--> statement-breakpoint
CREATE TRIGGER api_keys_environment BEFORE UPDATE OF environment ON api_keys
  FOR EACH ROW WHEN (OLD.environment IS DISTINCT FROM NEW.environment) EXECUTE FUNCTION api_keys_keep_environment();
--> statement-breakpoint
-- A change of the customer scope is a change of the key. SECURITY DEFINER: deleting a customer through the public API
-- reaches this through the cascade, and keyward_api may not touch keys.
CREATE FUNCTION api_key_customers_bump_generation() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE api_keys SET generation = generation + 1 WHERE id = coalesce(NEW.key_id, OLD.key_id);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER api_key_customers_generation AFTER INSERT OR UPDATE OR DELETE ON api_key_customers
  FOR EACH ROW EXECUTE FUNCTION api_key_customers_bump_generation();
--> statement-breakpoint
-- The audit is append-only for everybody, the owner included.
CREATE FUNCTION audit_events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_events is append-only';
END
$$;
--> statement-breakpoint
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse_change();
