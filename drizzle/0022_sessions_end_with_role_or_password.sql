-- A session ends at once when what it rests on changes. Here and not in the verbs, so that none can forget it, nor an
-- operator who mends a row by hand.
CREATE FUNCTION admins_end_sessions() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM sessions WHERE admin_id = NEW.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION admins_end_sessions() FROM PUBLIC;
--> statement-breakpoint
CREATE TRIGGER admins_end_sessions AFTER UPDATE ON admins FOR EACH ROW
  WHEN ((OLD.role, OLD.password_hash, OLD.deactivated_at) IS DISTINCT FROM (NEW.role, NEW.password_hash, NEW.deactivated_at))
  EXECUTE FUNCTION admins_end_sessions();
--> statement-breakpoint
-- No grant and no policy: the public API knows no sessions.
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
