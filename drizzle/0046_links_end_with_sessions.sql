-- What ends somebody's sessions makes their unused links worthless too: whoever has changed a stolen password must not lose
-- the account to a link that the thief has asked for before.
CREATE OR REPLACE FUNCTION admins_end_sessions() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM sessions WHERE admin_id = NEW.id;
  DELETE FROM admin_links WHERE admin_id = NEW.id;
  RETURN NULL;
END
$$;
