-- telemetry:write no longer includes telemetry:read: it is shipped inside apps, and whoever took a key out of one could
-- read the events of every customer. A key that read with it in the last 30 days gets telemetry:read by name; the others
-- lose it. Both stand in the audit, chained by its trigger, under the name "upgrade".
-- Read means: asked for events; started an export of events; or fetched results of jobs where its environment had such an
-- export. Which result it was is not kept, and an integration that works must go on working.
DO $$
DECLARE
  since constant timestamptz := now() - interval '30 days';
  key record;
  reads boolean;
  random_hex text;
  uuid_bits text;
  audit_id text;
BEGIN
  FOR key IN
    SELECT id, name, environment, permissions FROM api_keys
    WHERE deleted_at IS NULL AND 'telemetry:write' = ANY (permissions) AND NOT 'telemetry:read' = ANY (permissions)
    ORDER BY id FOR UPDATE
  LOOP
    reads := EXISTS (
        SELECT FROM usage_permissions
        WHERE key_id = key.id AND permission = 'telemetry:read' AND last_at >= since
      ) OR EXISTS (
        SELECT FROM job_records
        WHERE key_id = key.id AND type = 'telemetry.export' AND created_at >= since
      ) OR (
        EXISTS (
          SELECT FROM usage_hourly
          WHERE key_id = key.id AND hour >= date_trunc('hour', since) AND route = 'GET /jobs/{id}/result' AND status_class = 2
        ) AND EXISTS (
          SELECT FROM job_records
          WHERE environment = key.environment AND type = 'telemetry.export' AND finished_at >= since - interval '7 days'
        )
      );
    IF reads THEN
      -- Before telemetry:write, where the catalogue has it.
      UPDATE api_keys
        SET permissions = permissions[:array_position(permissions, 'telemetry:write') - 1]
            || ARRAY['telemetry:read'] || permissions[array_position(permissions, 'telemetry:write'):],
          updated_at = now()
        WHERE id = key.id;
    END IF;
    -- A TypeID of a UUID version 7: 128 bits behind two zeros, in 26 digits of Crockford's base 32.
    random_hex := replace(gen_random_uuid()::text, '-', '');
    uuid_bits := '00' || ('x' || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
      || '7' || substr(random_hex, 1, 3) || substr(random_hex, 17, 16))::bit(128)::text;
    SELECT 'aud_' || string_agg(
        substr('0123456789abcdefghjkmnpqrstvwxyz', substr(uuid_bits, 1 + 5 * digit, 5)::bit(5)::integer + 1, 1), '' ORDER BY digit
      ) INTO audit_id FROM generate_series(0, 25) AS digit;
    INSERT INTO audit_events (id, at, actor_kind, actor, action, subject_id, subject_name, environment, before, after)
      VALUES (
        audit_id, now(), 'system', 'upgrade', 'key.update', key.id, key.name, key.environment,
        CASE WHEN reads THEN jsonb_build_object('permissions', to_jsonb(key.permissions))
          ELSE jsonb_build_object('includedPermissions', jsonb_build_array('telemetry:read')) END,
        CASE WHEN reads THEN jsonb_build_object(
            'permissions', (SELECT to_jsonb(permissions) FROM api_keys WHERE id = key.id),
            'reason', 'Telemetry Write no longer includes Telemetry Read, which this key used in the last 30 days'
          )
          ELSE jsonb_build_object(
            'includedPermissions', '[]'::jsonb,
            'reason', 'Telemetry Write no longer includes Telemetry Read, which this key did not use in the last 30 days'
          ) END
      );
  END LOOP;
END
$$;
