-- The audit becomes a chain: each row carries the hash of its own content and of the row before it, so that whoever
-- edits, removes or exchanges rows by hand leaves a break that `audit verify` finds. A trigger makes the links, not the
-- service: it chains whatever inserts, and only the database can allocate positions in the order of the chain.
ALTER TABLE "audit_events" ALTER COLUMN "position" DROP IDENTITY;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "previous_hash" "bytea";--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "hash" "bytea";--> statement-breakpoint
-- The canonical form, described in src/server/services/audit/chain.ts: netstrings, so that no two contents look alike.
CREATE FUNCTION audit_netstring(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(octet_length(convert_to(value, 'UTF8')) || ':' || value || ',', '-')
$$;
--> statement-breakpoint
CREATE FUNCTION audit_event_hash(event audit_events) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(
    audit_netstring(encode(event.previous_hash, 'hex'))
    || audit_netstring(event.position::text)
    || audit_netstring(event.id)
    || audit_netstring(to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    || audit_netstring(event.actor_kind)
    || audit_netstring(event.actor_id)
    || audit_netstring(event.actor)
    || audit_netstring(event.action)
    || audit_netstring(event.subject_id)
    || audit_netstring(event.subject_name)
    || audit_netstring(event.environment)
    || audit_netstring(event.before::text)
    || audit_netstring(event.after::text)
    || audit_netstring(event.request_id)
    || audit_netstring(event.ip),
    'UTF8'
  ))
$$;
--> statement-breakpoint
-- Positions and hashes are allocated under a lock that is held until the transaction ends: whoever comes next waits, and
-- then sees the row before its own. A transaction that is rolled back leaves no gap. (Under REPEATABLE READ the row before
-- would not be seen; the primary key then refuses the insert, so that the chain cannot fork.)
CREATE FUNCTION audit_events_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  head audit_events;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit_events', 0));
  SELECT * INTO head FROM audit_events ORDER BY position DESC LIMIT 1;
  NEW.position := coalesce(head.position, 0) + 1;
  NEW.previous_hash := coalesce(head.hash, decode(repeat('00', 32), 'hex'));
  NEW.hash := audit_event_hash(NEW);
  RETURN NEW;
END
$$;
--> statement-breakpoint
-- Rows of before the chain are linked as they are found, in their order, and their positions closed up.
ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only;
--> statement-breakpoint
DO $$
DECLARE
  event audit_events;
  old_position bigint;
  last_position bigint := 0;
  last_hash bytea := decode(repeat('00', 32), 'hex');
BEGIN
  FOR event IN SELECT * FROM audit_events ORDER BY position LOOP
    old_position := event.position;
    event.position := last_position + 1;
    event.previous_hash := last_hash;
    event.hash := audit_event_hash(event);
    UPDATE audit_events
      SET position = event.position, previous_hash = event.previous_hash, hash = event.hash
      WHERE position = old_position;
    last_position := event.position;
    last_hash := event.hash;
  END LOOP;
END
$$;
--> statement-breakpoint
ALTER TABLE audit_events ENABLE TRIGGER audit_events_append_only;
--> statement-breakpoint
ALTER TABLE "audit_events" ALTER COLUMN "previous_hash" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_events" ALTER COLUMN "hash" SET NOT NULL;--> statement-breakpoint
CREATE TRIGGER audit_events_chain BEFORE INSERT ON audit_events
  FOR EACH ROW EXECUTE FUNCTION audit_events_append();
--> statement-breakpoint
CREATE INDEX "audit_events_by_actor" ON "audit_events" USING btree ("actor","position");--> statement-breakpoint
CREATE INDEX "audit_events_by_action" ON "audit_events" USING btree ("action","position");--> statement-breakpoint
CREATE INDEX "audit_events_by_time" ON "audit_events" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_events_by_request" ON "audit_events" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "audit_events_by_subject_name" ON "audit_events" USING gin ("subject_name" gin_trgm_ops);
