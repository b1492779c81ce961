-- A deleted customer's licences stay, without an owner. The column list keeps the environment, which must not become
-- null; drizzle's schema language cannot say it.
ALTER TABLE licenses DROP CONSTRAINT licenses_customer_fk;
--> statement-breakpoint
ALTER TABLE licenses ADD CONSTRAINT licenses_customer_fk
  FOREIGN KEY (customer_id, environment) REFERENCES customers (id, environment) ON DELETE SET NULL (customer_id);
--> statement-breakpoint
ALTER TABLE licenses ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE activations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON licenses, activations TO keyward_api;
--> statement-breakpoint
-- As for customers. Comparing with an unassigned licence's null is not true, so a customer scope never reaches one.
CREATE POLICY licenses_of_environment ON licenses TO keyward_api
  USING (
    environment = (SELECT current_setting('app.environment'))
    AND (
      (SELECT nullif(current_setting('app.customers', true), '')) IS NULL
      OR customer_id = ANY ((SELECT nullif(current_setting('app.customers', true), '')::text[])::text[])
    )
  )
  WITH CHECK (
    environment = (SELECT current_setting('app.environment'))
    AND (
      (SELECT nullif(current_setting('app.customers', true), '')) IS NULL
      OR customer_id = ANY ((SELECT nullif(current_setting('app.customers', true), '')::text[])::text[])
    )
  );
--> statement-breakpoint
-- An activation is where its licence is. The sub-select runs as keyward_api, so the policy above decides what it finds.
CREATE POLICY activations_of_environment ON activations TO keyward_api
  USING (
    environment = (SELECT current_setting('app.environment'))
    AND (
      (SELECT nullif(current_setting('app.customers', true), '')) IS NULL
      OR EXISTS (SELECT FROM licenses WHERE licenses.id = activations.license_id)
    )
  )
  WITH CHECK (
    environment = (SELECT current_setting('app.environment'))
    AND (
      (SELECT nullif(current_setting('app.customers', true), '')) IS NULL
      OR EXISTS (SELECT FROM licenses WHERE licenses.id = activations.license_id)
    )
  );
