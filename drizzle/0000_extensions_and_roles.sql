-- Substring search in the console's lists. pg_trgm is a trusted extension: it needs no superuser.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
-- The role of the public API's connections: owns nothing, bypasses nothing. Roles belong to the whole cluster, so it may
-- be there already, or be made by another database's migration at this very moment.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'keyward_api') THEN
    CREATE ROLE keyward_api NOLOGIN NOINHERIT NOBYPASSRLS;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;
--> statement-breakpoint
-- Keyward connects as the owner and asks for this role at start-up of the connection.
GRANT keyward_api TO CURRENT_USER;
