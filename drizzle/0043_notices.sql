CREATE TABLE "admin_devices" (
	"admin_id" text NOT NULL,
	"device" text NOT NULL,
	"network" text NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notice_preferences" (
	"admin_id" text PRIMARY KEY NOT NULL,
	"deliveries" jsonb NOT NULL,
	"summary_hour" smallint NOT NULL,
	"summarized_on" text,
	CONSTRAINT "notice_preferences_hour" CHECK (summary_hour between 0 and 23)
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" text PRIMARY KEY NOT NULL,
	"admin_id" text NOT NULL,
	"kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"occasion" text NOT NULL,
	"environment" text,
	"facts" jsonb NOT NULL,
	"delivery" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"read_at" timestamp (3) with time zone,
	"mailed_at" timestamp (3) with time zone,
	CONSTRAINT "notices_environment_known" CHECK (environment in ('production', 'staging', 'development')),
	CONSTRAINT "notices_delivery_known" CHECK (delivery in ('now', 'summary', 'console'))
);
--> statement-breakpoint
ALTER TABLE "admin_devices" ADD CONSTRAINT "admin_devices_admin_id_admins_id_fk" FOREIGN KEY ("admin_id") REFERENCES "public"."admins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_preferences" ADD CONSTRAINT "notice_preferences_admin_id_admins_id_fk" FOREIGN KEY ("admin_id") REFERENCES "public"."admins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_admin_id_admins_id_fk" FOREIGN KEY ("admin_id") REFERENCES "public"."admins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "admin_devices_once" ON "admin_devices" USING btree ("admin_id","device","network");--> statement-breakpoint
CREATE UNIQUE INDEX "notices_once" ON "notices" USING btree ("kind","subject_id","occasion","admin_id");--> statement-breakpoint
CREATE INDEX "notices_of_admin" ON "notices" USING btree ("admin_id","id");--> statement-breakpoint
CREATE INDEX "notices_unread" ON "notices" USING btree ("admin_id") WHERE read_at is null;--> statement-breakpoint
CREATE INDEX "notices_for_summary" ON "notices" USING btree ("admin_id","id") WHERE delivery = 'summary' and mailed_at is null and read_at is null;--> statement-breakpoint
CREATE INDEX "notices_by_creation" ON "notices" USING btree ("created_at");