ALTER TABLE "api_key_replaced_secrets" ADD COLUMN "pepper_check" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "pepper_check" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "previous_pepper_check" text;