CREATE TABLE "invitations" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"environment_roles" jsonb,
	"token_digest" text NOT NULL,
	"invited_by_id" text,
	"invited_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "invitations_environment_roles_limited" CHECK (environment_roles is null or role = 'viewer'),
	CONSTRAINT "invitations_role_known" CHECK (role in ('owner', 'admin', 'operator', 'viewer'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_email_key" ON "invitations" USING btree (lower(email collate "C"));--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_token_digest_key" ON "invitations" USING btree ("token_digest");--> statement-breakpoint
-- No grant and no policy: the public API knows no invitations.
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
