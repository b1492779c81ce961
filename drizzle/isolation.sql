-- Who may see and write which rows, and what tells caches of keys that they are out of date. Not a migration but the state
-- that has to be: applied at every start that finds something of it missing or different (src/server/database/isolation.ts),
-- so everything here can be run again at any time.
-- A change here comes with a migration, be it an empty one: by that a process of an older version knows that it is older,
-- and does not put its own state back.

-- The environment of this session. Where somebody signed in as one of api_logins, that decides: nobody but a superuser can
-- change session_user, whatever SQL they get to run. Only the owner's own sessions, which serve the public API where the
-- database allows no further logins, say it by a setting. For everybody else, another installation of the same cluster for
-- one, it is null, which no row matches.
-- Every statement of a call asks. So each name is written out, down to the operator, in place of a search_path of the
-- function's own, which is set and put back each time: whatever the caller's is, nothing of the caller's is found by it.
CREATE OR REPLACE FUNCTION api_environment() RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
  RETURN coalesce(
    (SELECT environment FROM public.api_logins WHERE role OPERATOR(pg_catalog.=) session_user),
    CASE WHEN pg_catalog.pg_has_role(session_user, current_user, 'MEMBER')
      THEN pg_catalog.current_setting('app.environment') END
  );
END
$$;

-- The customers that the key of this transaction is restricted to; null for one that is not. app.customers is an array in
-- text form, '{cus_a,cus_b}', set for the transaction of such a key; outside of one it is unset or empty. '{}' is a scope
-- without customers, which matches no row. A body of standard SQL is understood when it is made, whatever search_path a
-- caller has, and becomes a part of the caller's plan: as a function of its own it cost as much as reading a page.
CREATE OR REPLACE FUNCTION api_customers() RETURNS text[]
  LANGUAGE sql STABLE
  RETURN nullif(current_setting('app.customers', true), '')::text[];

-- Notes which keys a transaction has changed, under the next number (src/server/database/schema/key-changes.ts). One number for
-- a transaction: where the counter's row is its own work already (xmin), it stays, so that ten thousand keys revoked together
-- make one version of that row. As the owner, since the public API's roles delete customers, and with them scopes of keys.
CREATE OR REPLACE FUNCTION note_key_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO key_change_counter AS counter DEFAULT VALUES
    ON CONFLICT (is_only) DO UPDATE SET number = counter.number + 1
    WHERE counter.xmin <> pg_current_xact_id()::xid;
  -- What is about every key: a truncation, or what a permission means, which changes so seldom that caches may begin anew.
  IF TG_NARGS = 0 THEN
    UPDATE key_change_counter SET purged_to = number;
    RETURN NULL;
  END IF;
  INSERT INTO key_changes (number, key_id)
    SELECT number, key_id
    FROM key_change_counter, unnest(ARRAY[to_jsonb(OLD) ->> TG_ARGV[0], to_jsonb(NEW) ->> TG_ARGV[0]]) AS key_id
    WHERE key_id IS NOT NULL
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

-- Puts in line what has happened, for each endpoint that wants it, in the transaction of the change; nothing where none does. As
-- the owner, so that the public API's roles see neither endpoints, nor their secrets, nor what others are told. What a session of
-- the public API tells is of its own environment, whatever it says.
CREATE OR REPLACE FUNCTION publish_webhooks(events jsonb, happened_at timestamptz) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  reach CONSTANT text := coalesce(
    (SELECT environment FROM api_logins WHERE role = session_user),
    nullif(current_setting('app.environment', true), '')
  );
BEGIN
  -- Nearly every change of an installation without webhooks comes here: before anything is read out of the events.
  IF NOT EXISTS (SELECT FROM webhook_endpoints WHERE disabled_at IS NULL) THEN
    RETURN;
  END IF;
  -- Workers find what is inserted here by looking. To NOTIFY them would take a lock of the whole database that is held until the
  -- commit is on disk, so that changes which have nothing in common would commit one after the other.
  WITH published AS (
    INSERT INTO webhook_messages (id, environment, type, subject_id, body, once_key, created_at)
      -- Occasions are named by Keyward alone: a name that a session of one environment takes would silence another's event.
      SELECT event.id, event.environment, event.type, event."subjectId", event.body,
        CASE WHEN reach IS NULL THEN event."onceKey" END, happened_at
      FROM jsonb_to_recordset(events)
        AS event (id text, environment text, type text, "subjectId" text, body text, "onceKey" text)
      WHERE event.environment = coalesce(reach, event.environment)
        AND EXISTS (
          SELECT FROM webhook_endpoints AS wanting
          WHERE wanting.environment = event.environment AND wanting.disabled_at IS NULL AND event.type = ANY (wanting.events)
        )
      ON CONFLICT (once_key) DO NOTHING
      RETURNING id, environment, type, subject_id, position
  )
  INSERT INTO webhook_deliveries (message_id, endpoint_id, subject_id, position, state, next_attempt_at, created_at)
    SELECT published.id, wanting.id, published.subject_id, published.position, 'waiting', happened_at, happened_at
    FROM published JOIN webhook_endpoints AS wanting
      ON wanting.environment = published.environment AND wanting.disabled_at IS NULL
        AND published.type = ANY (wanting.events);
END
$$;

-- From nothing: a right or a policy that is not below is one that nobody decided on. Policies add up, so that a single
-- further one could open a table. PostgreSQL lets everybody call every function, and what a SECURITY DEFINER one does, it
-- does as the owner. Only what is Keyward's (src/server/database/catalog.ts): others may keep theirs in this schema too.
DO $$
DECLARE
  tables CONSTANT regclass[] := current_setting('keyward.tables');
  -- Those that are there: a backup of an older version is loaded into that version's, before it is brought up.
  functions CONSTANT regprocedure[] := ARRAY(
    SELECT to_regprocedure(name) FROM unnest(current_setting('keyward.functions')::text[]) AS name
    WHERE to_regprocedure(name) IS NOT NULL
  );
  ours record;
  present record;
BEGIN
  FOR ours IN
    SELECT name FROM unnest(tables) AS name
    UNION ALL
    SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = ANY (tables)
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, keyward_api', ours.name);
    FOR present IN SELECT polname FROM pg_policy WHERE polrelid = ours.name LOOP
      EXECUTE format('DROP POLICY %I ON %s', present.polname, ours.name);
    END LOOP;
  END LOOP;
  FOR ours IN SELECT name FROM unnest(functions) AS name LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, keyward_api', ours.name);
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION api_environment(), api_customers() TO keyward_api;
GRANT EXECUTE ON FUNCTION fold(text) TO keyward_api;
GRANT EXECUTE ON FUNCTION ensure_telemetry_partitions(date, integer) TO keyward_api;
GRANT EXECUTE ON FUNCTION search_candidates(text, text), customer_with_email(text) TO keyward_api;
GRANT EXECUTE ON FUNCTION publish_webhooks(jsonb, timestamptz) TO keyward_api;
GRANT USAGE ON SCHEMA public TO keyward_api;

-- Where a policy has no WITH CHECK, what may be written is what may be seen: PostgreSQL takes USING for both.
-- Functions and settings stand in sub-selects, so that they are read once per statement instead of once per row.

ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON customers TO keyward_api;
CREATE POLICY customers_of_environment ON customers TO keyward_api
  USING (
    environment = (SELECT api_environment())
    AND (
      (SELECT api_customers()) IS NULL
      OR id = ANY ((SELECT api_customers())::text[])
    )
  );

-- As for jobs: a scoped key sees only answers of its own (app.key), and of these only those that were made under a scope
-- within its present one. An answer made when the key reached further may hold another customer's licence key.
ALTER TABLE idempotency_records ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_records TO keyward_api;
CREATE POLICY idempotency_records_of_environment ON idempotency_records TO keyward_api
  USING (
    environment = (SELECT api_environment())
    AND (
      (SELECT api_customers()) IS NULL
      OR (
        key_id = (SELECT current_setting('app.key', true))
        AND customers <@ (SELECT api_customers())
      )
    )
  );

-- Comparing with an unassigned licence's null is not true, so a customer scope never reaches one.
ALTER TABLE licenses ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON licenses TO keyward_api;
CREATE POLICY licenses_of_environment ON licenses TO keyward_api
  USING (
    environment = (SELECT api_environment())
    AND (
      (SELECT api_customers()) IS NULL
      OR customer_id = ANY ((SELECT api_customers())::text[])
    )
  );

-- An activation is where its licence is. The sub-select runs as the caller, so the policy above decides what it finds.
ALTER TABLE activations ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON activations TO keyward_api;
CREATE POLICY activations_of_environment ON activations TO keyward_api
  USING (
    environment = (SELECT api_environment())
    AND (
      (SELECT api_customers()) IS NULL
      OR EXISTS (SELECT FROM licenses WHERE licenses.id = activations.license_id)
    )
  );

-- Events are never changed, and removed only as whole days, by the owner. A scoped key reads the events of its customers'
-- licences. It may also send events of no known licence, which it then cannot read: they might be anybody's.
ALTER TABLE telemetry_events ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON telemetry_events TO keyward_api;
CREATE POLICY telemetry_events_of_environment ON telemetry_events TO keyward_api
  USING (
    environment = (SELECT api_environment())
    AND (
      (SELECT api_customers()) IS NULL
      OR customer_id = ANY ((SELECT api_customers())::text[])
    )
  )
  WITH CHECK (
    environment = (SELECT api_environment())
    AND (
      (SELECT api_customers()) IS NULL
      OR customer_id IS NULL
      OR customer_id = ANY ((SELECT api_customers())::text[])
    )
  );

-- Counts of an environment's events, which every key that sends some adds to.
ALTER TABLE telemetry_daily ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON telemetry_daily TO keyward_api;
CREATE POLICY telemetry_daily_of_environment ON telemetry_daily TO keyward_api
  USING (environment = (SELECT api_environment()));

-- No DELETE: history is an administrator's to delete. A key without a customer scope sees the jobs of its environment. A
-- scoped one sees only those that it started itself (app.key), and of these only those whose scope lies within its present
-- one: a result made when the key reached further must not be read after it was narrowed. A job without a scope (null) is
-- never within one.
ALTER TABLE job_records ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON job_records TO keyward_api;
CREATE POLICY job_records_of_environment ON job_records TO keyward_api
  USING (
    environment = (SELECT api_environment())
    AND (
      (SELECT api_customers()) IS NULL
      OR (
        key_id = (SELECT current_setting('app.key', true))
        AND customers <@ (SELECT api_customers())
      )
    )
  );

-- A part is where its job is. The sub-select runs as the caller, so the policy above decides what it finds.
ALTER TABLE job_result_parts ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON job_result_parts TO keyward_api;
CREATE POLICY job_result_parts_of_environment ON job_result_parts TO keyward_api
  USING (
    environment = (SELECT api_environment())
    AND EXISTS (SELECT FROM job_records WHERE job_records.id = job_result_parts.job_id)
  );

-- All that a decision on a call rests on, and that a key is told of itself: what src/gateway/authenticate/verified-key.ts reads, but
-- for the last use. Of new keys no cache can know anything. Deferred: the counter's row, which all changes of keys wait for, is locked for a commit alone, and
-- after every other row, so that no two transactions wait for each other. ALWAYS: also for what replication or a restore writes
-- (session_replication_role).
DO $$
BEGIN
  -- The migrations of an older version end before there is all that is watched; grants_key_management came last.
  IF NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = 'api_keys'::regclass AND attname = 'grants_key_management' AND NOT attisdropped
  ) THEN
    RETURN;
  END IF;
  DROP TRIGGER IF EXISTS api_keys_note_change ON api_keys;
  DROP TRIGGER IF EXISTS api_keys_note_removal ON api_keys;
  DROP TRIGGER IF EXISTS api_keys_note_truncation ON api_keys;
  DROP TRIGGER IF EXISTS api_key_customers_note_change ON api_key_customers;
  DROP TRIGGER IF EXISTS api_key_customers_note_truncation ON api_key_customers;
  CREATE CONSTRAINT TRIGGER api_keys_note_change AFTER UPDATE ON api_keys
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.id, OLD.name, OLD.environment, OLD.digest, OLD.previous_digest, OLD.overlap_until, OLD.permissions,
        OLD.rate_limits, OLD.ip_allowlist, OLD.allowed_origins, OLD.customer_scoped, OLD.expires_at, OLD.revoked_at, OLD.created_at,
        OLD.manages_keys, OLD.grants_key_management)
      IS DISTINCT FROM (NEW.id, NEW.name, NEW.environment, NEW.digest, NEW.previous_digest, NEW.overlap_until, NEW.permissions,
        NEW.rate_limits, NEW.ip_allowlist, NEW.allowed_origins, NEW.customer_scoped, NEW.expires_at, NEW.revoked_at, NEW.created_at,
        NEW.manages_keys, NEW.grants_key_management))
    EXECUTE FUNCTION note_key_change('id');
  CREATE CONSTRAINT TRIGGER api_keys_note_removal AFTER DELETE ON api_keys
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_key_change('id');
  CREATE CONSTRAINT TRIGGER api_key_customers_note_change AFTER INSERT OR UPDATE OR DELETE ON api_key_customers
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_key_change('key_id');
  CREATE TRIGGER api_keys_note_truncation AFTER TRUNCATE ON api_keys
    FOR EACH STATEMENT EXECUTE FUNCTION note_key_change();
  CREATE TRIGGER api_key_customers_note_truncation AFTER TRUNCATE ON api_key_customers
    FOR EACH STATEMENT EXECUTE FUNCTION note_key_change();
  -- Nor, of a version before that, permissions of one's own.
  IF to_regclass('permissions') IS NOT NULL THEN
    DROP TRIGGER IF EXISTS permissions_note_change ON permissions;
    DROP TRIGGER IF EXISTS permissions_note_truncation ON permissions;
    CREATE CONSTRAINT TRIGGER permissions_note_change AFTER INSERT OR UPDATE OR DELETE ON permissions
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_key_change();
    CREATE TRIGGER permissions_note_truncation AFTER TRUNCATE ON permissions
      FOR EACH STATEMENT EXECUTE FUNCTION note_key_change();
    ALTER TABLE permissions
      ENABLE ALWAYS TRIGGER permissions_note_change,
      ENABLE ALWAYS TRIGGER permissions_note_truncation;
  END IF;
  ALTER TABLE api_keys
    ENABLE ALWAYS TRIGGER api_keys_note_change,
    ENABLE ALWAYS TRIGGER api_keys_note_removal,
    ENABLE ALWAYS TRIGGER api_keys_note_truncation;
  ALTER TABLE api_key_customers
    ENABLE ALWAYS TRIGGER api_key_customers_note_change,
    ENABLE ALWAYS TRIGGER api_key_customers_note_truncation;
END
$$;
