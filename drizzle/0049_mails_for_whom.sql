ALTER TABLE "mails" ADD COLUMN "admin_id" text;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "environment" text;