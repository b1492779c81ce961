ALTER TABLE "admins" ADD COLUMN "unrecorded_failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "admins" ADD COLUMN "failure_recorded_at" timestamp (3) with time zone;