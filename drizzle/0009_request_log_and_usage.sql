CREATE TABLE "key_exposures" (
	"key_id" text NOT NULL,
	"place" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"last_request_id" text NOT NULL,
	"calls" bigint NOT NULL,
	CONSTRAINT "key_exposures_pk" PRIMARY KEY("key_id","place")
);
--> statement-breakpoint
CREATE TABLE "key_networks" (
	"key_id" text NOT NULL,
	"network" "cidr" NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"used_before_at" timestamp (3) with time zone,
	"calls" bigint NOT NULL,
	CONSTRAINT "key_networks_pk" PRIMARY KEY("key_id","network")
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"at" timestamp (3) with time zone NOT NULL,
	"entry" uuid NOT NULL,
	"request_id" text NOT NULL,
	"environment" text NOT NULL,
	"method" text NOT NULL,
	"route" text,
	"path" text NOT NULL,
	"query" text,
	"status" smallint NOT NULL,
	"code" text,
	"refused_by" text,
	"permission" text,
	"detail" text,
	"limits" jsonb,
	"limit_share" smallint,
	"duration_ms" real NOT NULL,
	"key_id" text,
	"customers" text[],
	"address" text,
	"agent" text,
	"request_bytes" integer NOT NULL,
	"response_bytes" integer NOT NULL,
	"request_headers" jsonb,
	"request_body" text,
	"response_body" text,
	CONSTRAINT "requests_pk" PRIMARY KEY("at","entry")
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE TABLE "usage_hourly" (
	"hour" timestamp (3) with time zone NOT NULL,
	"key_id" text NOT NULL,
	"environment" text NOT NULL,
	"route" text NOT NULL,
	"permission" text NOT NULL,
	"status_class" smallint NOT NULL,
	"code" text NOT NULL,
	"calls" bigint NOT NULL,
	"duration_ms" double precision NOT NULL,
	CONSTRAINT "usage_hourly_pk" PRIMARY KEY("key_id","hour","environment","route","permission","status_class","code")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "woke_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "slept_since" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "requests_by_key" ON "requests" USING btree ("key_id","at","entry","status") WHERE key_id is not null;--> statement-breakpoint
CREATE INDEX "requests_by_customer" ON "requests" USING gin ("customers") WHERE customers is not null;--> statement-breakpoint
CREATE INDEX "requests_by_request_id" ON "requests" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "requests_failed" ON "requests" USING btree ("at","entry","status") WHERE status >= 400;--> statement-breakpoint
CREATE INDEX "usage_hourly_by_hour" ON "usage_hourly" USING btree ("hour","environment");