ALTER TABLE "api_keys" ADD COLUMN "secret_told_to_key_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "previous_secret_told_to_key_id" text COLLATE "C";
