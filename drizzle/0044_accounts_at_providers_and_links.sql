CREATE TABLE "admin_identities" (
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"admin_id" text NOT NULL,
	"email" text NOT NULL,
	"linked_at" timestamp (3) with time zone NOT NULL,
	"last_sign_in_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "admin_identities_pkey" PRIMARY KEY("issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "admin_links" (
	"token_digest" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"admin_id" text NOT NULL,
	"email" text,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "admins" ADD COLUMN "has_password" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "admin_identities" ADD CONSTRAINT "admin_identities_admin_id_admins_id_fk" FOREIGN KEY ("admin_id") REFERENCES "public"."admins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "admin_links" ADD CONSTRAINT "admin_links_admin_id_admins_id_fk" FOREIGN KEY ("admin_id") REFERENCES "public"."admins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "admin_identities_admin_issuer_key" ON "admin_identities" USING btree ("admin_id","issuer");--> statement-breakpoint
CREATE UNIQUE INDEX "admin_links_admin_purpose_key" ON "admin_links" USING btree ("admin_id","purpose");--> statement-breakpoint
-- No grants and no policies: the public API knows no people.
ALTER TABLE admin_identities ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE admin_links ENABLE ROW LEVEL SECURITY;
