ALTER TABLE "licenses" ADD COLUMN "reinstated_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "reinstated_reason" text;--> statement-breakpoint
CREATE INDEX "customers_by_change" ON "customers" USING btree ("environment","updated_at");--> statement-breakpoint
CREATE INDEX "licenses_by_change" ON "licenses" USING btree ("environment","updated_at");