CREATE TABLE "api_key_replaced_secrets" (
	"digest" "bytea" PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"replaced_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "api_key_replaced_secrets_digest_length" CHECK (octet_length(digest) = 32)
);
--> statement-breakpoint
DROP INDEX "api_keys_search";--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "previous_display" text;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "secret" text;--> statement-breakpoint
ALTER TABLE "api_key_replaced_secrets" ADD CONSTRAINT "api_key_replaced_secrets_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_key_replaced_secrets_by_key" ON "api_key_replaced_secrets" USING btree ("key_id","replaced_at");--> statement-breakpoint
CREATE INDEX "requests_by_previous_secret" ON "requests" USING btree ("key_id","at") WHERE secret is not null;--> statement-breakpoint
CREATE INDEX "api_keys_search" ON "api_keys" USING gin ((name || ' ' || display || ' ' || coalesce(previous_display, '')) gin_trgm_ops) WHERE deleted_at is null;--> statement-breakpoint
-- What is known already of the secret before the last regenerate: its digest stands with the key, its display form and
-- the time in the audit. Those replaced before that have left no trace.
WITH renewed AS (
  SELECT DISTINCT ON (subject_id) subject_id, before ->> 'key' AS display, at
  FROM audit_events WHERE action = 'key.regenerate' ORDER BY subject_id, position DESC
), kept AS (
  INSERT INTO api_key_replaced_secrets (digest, key_id, replaced_at)
  SELECT previous_digest, id, coalesce(renewed.at, updated_at)
  FROM api_keys LEFT JOIN renewed ON subject_id = id WHERE previous_digest IS NOT NULL
)
UPDATE api_keys SET previous_display = renewed.display
FROM renewed WHERE subject_id = id AND previous_digest IS NOT NULL;
