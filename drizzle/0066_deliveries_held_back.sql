ALTER TABLE "webhook_deliveries" ADD COLUMN "is_held_back" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "enabled_at" timestamp (3) with time zone;
