CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"admin_id" text NOT NULL,
	"token_digest" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ip" text,
	"user_agent" text
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_admin_id_admins_id_fk" FOREIGN KEY ("admin_id") REFERENCES "public"."admins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token_digest_key" ON "sessions" USING btree ("token_digest");--> statement-breakpoint
CREATE INDEX "sessions_by_admin" ON "sessions" USING btree ("admin_id");--> statement-breakpoint
CREATE INDEX "sessions_by_last_seen" ON "sessions" USING btree ("last_seen_at");--> statement-breakpoint
-- Whoever is signed in stays so. Until now a cookie held, encrypted, the administrator's id and this version, and the
-- database knew nothing of it; so there is one row for all such cookies of an administrator. It ends when any of them
-- signs out, when role, password or deactivation change, and after the 12 hours for which such a cookie was good, at the
-- latest. Its digest is no digest: no token leads to it, only a cookie that the installation's own secret has encrypted.
INSERT INTO "sessions" ("id", "admin_id", "token_digest", "created_at", "last_seen_at", "expires_at")
	SELECT replace("id", 'adm_', 'ses_'), "id", 'legacy:' || "id" || ':' || "session_version", now(), now(), now() + interval '12 hours'
	FROM "admins" WHERE "deactivated_at" IS NULL;--> statement-breakpoint
ALTER TABLE "admins" DROP COLUMN "session_version";