ALTER TABLE "idempotency_records" ADD COLUMN "permissions" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
-- Of the answers of before this nothing is known; null counts as no restriction, so that no restricted key sees them.
ALTER TABLE "idempotency_records" ADD COLUMN "customers" text[];--> statement-breakpoint
DROP POLICY idempotency_records_of_environment ON idempotency_records;
--> statement-breakpoint
-- As for jobs: a restricted key sees only answers of its own (app.key), and of these only those that were made under a
-- restriction within its present one. An answer made when the key reached further may hold another customer's licence key.
CREATE POLICY idempotency_records_of_environment ON idempotency_records TO keyward_api
  USING (
    environment = (SELECT current_setting('app.environment'))
    AND (
      (SELECT nullif(current_setting('app.customers', true), '')) IS NULL
      OR (
        key_id = (SELECT current_setting('app.key', true))
        AND customers <@ (SELECT nullif(current_setting('app.customers', true), '')::text[])
      )
    )
  )
  WITH CHECK (
    environment = (SELECT current_setting('app.environment'))
    AND (
      (SELECT nullif(current_setting('app.customers', true), '')) IS NULL
      OR (
        key_id = (SELECT current_setting('app.key', true))
        AND customers <@ (SELECT nullif(current_setting('app.customers', true), '')::text[])
      )
    )
  );
