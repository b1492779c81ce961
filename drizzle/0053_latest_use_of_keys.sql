CREATE TABLE "api_key_uses" (
	"key_id" text PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"ip" text,
	"agent" text,
	"route" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_key_uses" ADD CONSTRAINT "api_key_uses_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- Room for the next version of a row on its own page, so that no index is touched.
ALTER TABLE api_key_uses SET (fillfactor = 50);
--> statement-breakpoint
-- No grant and no policy: the public API writes it by the owner's login.
ALTER TABLE api_key_uses ENABLE ROW LEVEL SECURITY;
