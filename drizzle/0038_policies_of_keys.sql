CREATE TABLE "key_policies" (
	"environment" text PRIMARY KEY NOT NULL,
	"rules" jsonb NOT NULL,
	"silence_set_at" timestamp (3) with time zone,
	CONSTRAINT "key_policies_environment_known" CHECK (environment in ('production', 'staging', 'development'))
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "revived_at" timestamp (3) with time zone;