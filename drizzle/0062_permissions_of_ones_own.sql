CREATE TABLE "permissions" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"label" text NOT NULL,
	"description" text NOT NULL,
	"implies" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "permissions_name_form" CHECK (name ~ '^[a-z][a-z0-9-]{0,30}:[a-z][a-z0-9-]{0,30}$')
);
--> statement-breakpoint
-- No grant and no policy: the public API reads keys with what they mean, and knows nothing of this.
ALTER TABLE permissions ENABLE ROW LEVEL SECURITY;
