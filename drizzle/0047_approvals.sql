CREATE TABLE "approvals" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"environment" text NOT NULL,
	"state" text NOT NULL,
	"key_id" text,
	"key_name" text NOT NULL,
	"input" jsonb NOT NULL,
	"needed" text[] NOT NULL,
	"requested_by_id" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"decided_by_id" text,
	"decided_by" text,
	"decided_at" timestamp (3) with time zone,
	"reason" text,
	CONSTRAINT "approvals_environment_known" CHECK (environment in ('production', 'staging', 'development')),
	CONSTRAINT "approvals_kind_known" CHECK (kind in ('create', 'update', 'reactivate')),
	CONSTRAINT "approvals_state_known" CHECK (state in ('asked', 'approved', 'done', 'refused', 'withdrawn')),
	CONSTRAINT "approvals_second_person" CHECK (state not in ('approved', 'done') or coalesce(decided_by_id <> requested_by_id, false))
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "approved_permissions" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX "approvals_open" ON "approvals" USING btree ("requested_by_id") WHERE state in ('asked', 'approved');--> statement-breakpoint
-- No grant and no policy: the public API knows no approvals.
ALTER TABLE approvals ENABLE ROW LEVEL SECURITY;
