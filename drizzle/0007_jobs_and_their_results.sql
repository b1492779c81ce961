CREATE TABLE "job_records" (
	"id" text PRIMARY KEY NOT NULL,
	"environment" text NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"input" jsonb NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"total" integer,
	"position" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"error" jsonb,
	"stack" text,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"key_id" text,
	"customers" text[],
	"request_id" text,
	"run_after" timestamp (3) with time zone NOT NULL,
	"dispatched_at" timestamp (3) with time zone,
	"lease_token" text,
	"lease_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"result_expires_at" timestamp (3) with time zone,
	CONSTRAINT "job_records_id_environment_key" UNIQUE("id","environment"),
	CONSTRAINT "job_records_environment_known" CHECK (environment in ('production', 'staging', 'development')),
	CONSTRAINT "job_records_status_known" CHECK (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
	CONSTRAINT "job_records_finished" CHECK ((finished_at is null) = (status in ('queued', 'running'))),
	CONSTRAINT "job_records_leased" CHECK ((lease_token is null) = (status <> 'running')),
	CONSTRAINT "job_records_actor" CHECK ((actor_kind = 'key') = (key_id is not null)),
	CONSTRAINT "job_records_progress" CHECK (done between 0 and coalesce(total, done))
);
--> statement-breakpoint
CREATE TABLE "job_result_parts" (
	"job_id" text NOT NULL,
	"part" integer NOT NULL,
	"environment" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "job_result_parts_job_id_part_pk" PRIMARY KEY("job_id","part")
);
--> statement-breakpoint
ALTER TABLE "job_records" ADD CONSTRAINT "job_records_key_fk" FOREIGN KEY ("key_id","environment") REFERENCES "public"."api_keys"("id","environment") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_result_parts" ADD CONSTRAINT "job_result_parts_job_fk" FOREIGN KEY ("job_id","environment") REFERENCES "public"."job_records"("id","environment") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "job_records_by_creation" ON "job_records" USING btree ("environment","id");--> statement-breakpoint
CREATE INDEX "job_records_by_status" ON "job_records" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "job_records_by_key" ON "job_records" USING btree ("key_id","id");--> statement-breakpoint
CREATE INDEX "job_records_waiting" ON "job_records" USING btree ("run_after") WHERE status = 'queued';--> statement-breakpoint
CREATE INDEX "job_records_leases" ON "job_records" USING btree ("lease_until") WHERE status = 'running';--> statement-breakpoint
CREATE INDEX "job_records_results" ON "job_records" USING btree ("finished_at") WHERE finished_at is not null and input <> '{}';