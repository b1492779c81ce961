CREATE TABLE "telemetry_daily" (
	"environment" text NOT NULL,
	"day" date NOT NULL,
	"accepted" bigint NOT NULL,
	"flagged" bigint NOT NULL,
	CONSTRAINT "telemetry_daily_pk" PRIMARY KEY("environment","day"),
	CONSTRAINT "telemetry_daily_environment_known" CHECK (environment in ('production', 'staging', 'development'))
);
--> statement-breakpoint
CREATE TABLE "telemetry_events" (
	"id" text NOT NULL,
	"environment" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"type" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"product" text,
	"version" text,
	"license_id" text,
	"license_key" text,
	"customer_id" text,
	"identifier" text,
	"data" jsonb NOT NULL,
	"flags" text[] NOT NULL,
	CONSTRAINT "telemetry_events_pk" PRIMARY KEY("received_at","id"),
	CONSTRAINT "telemetry_events_environment_known" CHECK (environment in ('production', 'staging', 'development'))
) PARTITION BY RANGE ("received_at");
--> statement-breakpoint
CREATE INDEX "telemetry_events_by_receipt" ON "telemetry_events" USING btree ("environment","received_at","id");--> statement-breakpoint
CREATE INDEX "telemetry_events_by_type" ON "telemetry_events" USING btree ("environment","type","received_at","id");--> statement-breakpoint
CREATE INDEX "telemetry_events_by_product" ON "telemetry_events" USING btree ("environment","product","received_at","id");--> statement-breakpoint
CREATE INDEX "telemetry_events_by_customer" ON "telemetry_events" USING btree ("customer_id","received_at","id") WHERE customer_id is not null;--> statement-breakpoint
CREATE INDEX "telemetry_events_flagged" ON "telemetry_events" USING btree ("received_at","id") WHERE flags <> '{}';