ALTER TABLE "admins" ADD COLUMN "environment_roles" jsonb;--> statement-breakpoint
-- allowed: there are a handful of administrators
ALTER TABLE "admins" ADD CONSTRAINT "admins_environment_roles_limited" CHECK (environment_roles is null or role = 'viewer');--> statement-breakpoint
-- A change of these ends sessions like one of the role.
CREATE OR REPLACE TRIGGER admins_end_sessions AFTER UPDATE ON admins FOR EACH ROW
  WHEN ((OLD.role, OLD.environment_roles, OLD.password_hash, OLD.deactivated_at)
    IS DISTINCT FROM (NEW.role, NEW.environment_roles, NEW.password_hash, NEW.deactivated_at))
  EXECUTE FUNCTION admins_end_sessions();
