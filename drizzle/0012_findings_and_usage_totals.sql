CREATE TABLE "findings" (
	"id" text PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"kind" text NOT NULL,
	"rank" smallint NOT NULL,
	"evidence" jsonb NOT NULL,
	"mark" text NOT NULL,
	"first_found_at" timestamp (3) with time zone NOT NULL,
	"still_at" timestamp (3) with time zone NOT NULL,
	"muted_at" timestamp (3) with time zone,
	"muted_by" text,
	"muted_reason" text,
	CONSTRAINT "findings_key_kind" UNIQUE("key_id","kind")
);
--> statement-breakpoint
CREATE TABLE "usage_totals" (
	"hour" timestamp (3) with time zone NOT NULL,
	"environment" text NOT NULL,
	"status_class" smallint NOT NULL,
	"code" text NOT NULL,
	"calls" bigint NOT NULL,
	"duration_ms" double precision NOT NULL,
	CONSTRAINT "usage_totals_pk" PRIMARY KEY("hour","environment","status_class","code")
);
--> statement-breakpoint
ALTER TABLE "findings" ADD CONSTRAINT "findings_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "findings_by_rank" ON "findings" USING btree ("rank","id");