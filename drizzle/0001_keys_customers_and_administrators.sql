CREATE TABLE "admins" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"role" text NOT NULL,
	"password_hash" text NOT NULL,
	"session_version" integer DEFAULT 1 NOT NULL,
	"last_sign_in_at" timestamp (3) with time zone,
	"deactivated_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "admins_role_known" CHECK (role in ('owner', 'admin', 'operator', 'viewer'))
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_events_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject_id" text NOT NULL,
	"subject_name" text NOT NULL,
	"environment" text,
	"before" jsonb,
	"after" jsonb,
	"request_id" text,
	"ip" text,
	CONSTRAINT "audit_events_id_key" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" text PRIMARY KEY NOT NULL,
	"environment" text NOT NULL,
	"email" text NOT NULL,
	"name" text,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "customers_id_environment_key" UNIQUE("id","environment"),
	CONSTRAINT "customers_environment_known" CHECK (environment in ('production', 'staging', 'development'))
);
--> statement-breakpoint
CREATE TABLE "idempotency_records" (
	"key_id" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"environment" text NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"status" integer NOT NULL,
	"headers" jsonb NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_records_key_id_idempotency_key_pk" PRIMARY KEY("key_id","idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "api_key_customers" (
	"key_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"environment" text NOT NULL,
	CONSTRAINT "api_key_customers_key_id_customer_id_pk" PRIMARY KEY("key_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"environment" text NOT NULL,
	"digest" "bytea",
	"display" text NOT NULL,
	"previous_digest" "bytea",
	"previous_until" timestamp (3) with time zone,
	"permissions" text[] NOT NULL,
	"rate_limits" jsonb NOT NULL,
	"ip_allowlist" "cidr"[] DEFAULT '{}' NOT NULL,
	"customer_scoped" boolean DEFAULT false NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"revoked_by" text,
	"revoked_reason" text,
	"last_used_at" timestamp (3) with time zone,
	"last_used_ip" text,
	"last_used_agent" text,
	"last_used_route" text,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "api_keys_id_environment_key" UNIQUE("id","environment"),
	CONSTRAINT "api_keys_environment_known" CHECK (environment in ('production', 'staging', 'development')),
	CONSTRAINT "api_keys_digest_length" CHECK (octet_length(digest) = 32 and octet_length(previous_digest) = 32),
	CONSTRAINT "api_keys_digest_destroyed" CHECK ((deleted_at is null) = (digest is not null)),
	CONSTRAINT "api_keys_overlap_complete" CHECK ((previous_digest is null) = (previous_until is null))
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "idempotency_records" ADD CONSTRAINT "idempotency_records_key_fk" FOREIGN KEY ("key_id","environment") REFERENCES "public"."api_keys"("id","environment") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_key_customers" ADD CONSTRAINT "api_key_customers_key_fk" FOREIGN KEY ("key_id","environment") REFERENCES "public"."api_keys"("id","environment") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_key_customers" ADD CONSTRAINT "api_key_customers_customer_fk" FOREIGN KEY ("customer_id","environment") REFERENCES "public"."customers"("id","environment") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "admins_email_key" ON "admins" USING btree (lower(email));--> statement-breakpoint
CREATE INDEX "audit_events_by_subject" ON "audit_events" USING btree ("subject_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "customers_email_key" ON "customers" USING btree ("environment",lower(email));--> statement-breakpoint
CREATE INDEX "customers_by_creation" ON "customers" USING btree ("environment","id");--> statement-breakpoint
CREATE INDEX "customers_search" ON "customers" USING gin ((email || ' ' || coalesce(name, '')) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "idempotency_records_by_age" ON "idempotency_records" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "api_key_customers_by_customer" ON "api_key_customers" USING btree ("customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_digest_key" ON "api_keys" USING btree ("digest");--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_previous_digest_key" ON "api_keys" USING btree ("previous_digest") WHERE previous_digest is not null;--> statement-breakpoint
CREATE INDEX "api_keys_by_creation" ON "api_keys" USING btree ("id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "api_keys_by_environment" ON "api_keys" USING btree ("environment","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "api_keys_by_name" ON "api_keys" USING btree (lower(name),"id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "api_keys_by_last_use" ON "api_keys" USING btree (coalesce(last_used_at, '-infinity'),"id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "api_keys_by_expiry" ON "api_keys" USING btree (coalesce(expires_at, 'infinity'),"id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "api_keys_revoked" ON "api_keys" USING btree ("id") WHERE deleted_at is null and revoked_at is not null;--> statement-breakpoint
CREATE INDEX "api_keys_search" ON "api_keys" USING gin ((name || ' ' || display) gin_trgm_ops) WHERE deleted_at is null;