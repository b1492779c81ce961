ALTER TABLE "api_keys" ADD COLUMN "created_by_key_id" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "revoked_by_key_id" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "manages_keys" text DEFAULT 'own' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "grants_key_management" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_manages_known" CHECK (manages_keys in ('own', 'all')) NOT VALID;
