CREATE TABLE "api_logins" (
	"environment" text PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"password" text NOT NULL,
	"database_oid" "oid" NOT NULL,
	CONSTRAINT "api_logins_role_key" UNIQUE("role")
);

--> statement-breakpoint
-- No grant and no policy: nobody but the owner reads it.
ALTER TABLE "api_logins" ENABLE ROW LEVEL SECURITY;
