ALTER TABLE "api_keys" ADD COLUMN "created_by_key_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "revoked_by_key_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "manages_keys" text COLLATE "C" DEFAULT 'own' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "grants_key_management" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_manages_known" CHECK (manages_keys in ('own', 'all')) NOT VALID;
--> statement-breakpoint
-- Which key has revoked a key is of that revoke alone. A version before this one, or a statement by hand, that reactivates and revokes
-- it again says nothing of it, and a key could let work what an administrator has cut off.
CREATE FUNCTION api_keys_forget_revoking_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revoked_by_key_id := NULL;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER api_keys_revoking_key BEFORE UPDATE ON api_keys
  FOR EACH ROW WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at AND OLD.revoked_by_key_id = NEW.revoked_by_key_id)
  EXECUTE FUNCTION api_keys_forget_revoking_key();
