CREATE TABLE "activations" (
	"id" text PRIMARY KEY NOT NULL,
	"environment" text NOT NULL,
	"license_id" text NOT NULL,
	"identifier" text NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"deactivated_at" timestamp (3) with time zone,
	CONSTRAINT "activations_environment_known" CHECK (environment in ('production', 'staging', 'development'))
);
--> statement-breakpoint
CREATE TABLE "licenses" (
	"id" text PRIMARY KEY NOT NULL,
	"environment" text NOT NULL,
	"key" text NOT NULL,
	"product" text NOT NULL,
	"customer_id" text,
	"activation_limit" integer,
	"activation_count" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"suspended_at" timestamp (3) with time zone,
	"suspended_reason" text,
	"revoked_at" timestamp (3) with time zone,
	"revoked_reason" text,
	"features" text[] DEFAULT '{}' NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "licenses_id_environment_key" UNIQUE("id","environment"),
	CONSTRAINT "licenses_environment_known" CHECK (environment in ('production', 'staging', 'development')),
	CONSTRAINT "licenses_activations_within_limit" CHECK (activation_count between 0 and coalesce(activation_limit, activation_count)),
	CONSTRAINT "licenses_limit_positive" CHECK (activation_limit > 0)
);
--> statement-breakpoint
ALTER TABLE "activations" ADD CONSTRAINT "activations_license_fk" FOREIGN KEY ("license_id","environment") REFERENCES "public"."licenses"("id","environment") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "licenses" ADD CONSTRAINT "licenses_customer_fk" FOREIGN KEY ("customer_id","environment") REFERENCES "public"."customers"("id","environment") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "activations_active_key" ON "activations" USING btree ("license_id","identifier") WHERE deactivated_at is null;--> statement-breakpoint
CREATE INDEX "activations_by_license" ON "activations" USING btree ("license_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "licenses_key_key" ON "licenses" USING btree ("environment","key");--> statement-breakpoint
CREATE INDEX "licenses_by_creation" ON "licenses" USING btree ("environment","id");--> statement-breakpoint
CREATE INDEX "licenses_by_product" ON "licenses" USING btree ("environment","product","id");--> statement-breakpoint
CREATE INDEX "licenses_by_customer" ON "licenses" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "licenses_search" ON "licenses" USING gin ((key || ' ' || product) gin_trgm_ops);