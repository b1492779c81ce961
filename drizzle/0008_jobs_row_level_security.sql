ALTER TABLE job_records ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE job_result_parts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
-- No DELETE: history is an administrator's to delete.
GRANT SELECT, INSERT, UPDATE ON job_records TO keyward_api;
--> statement-breakpoint
GRANT SELECT, INSERT ON job_result_parts TO keyward_api;
--> statement-breakpoint
-- A key without a customer scope sees the jobs of its environment. A scoped one sees only those that it started itself
-- (app.key), and of these only those whose scope lies within its present one: a result made when the key reached further
-- must not be read after it was narrowed. A job without a scope (null) is never within one.
CREATE POLICY job_records_of_environment ON job_records TO keyward_api
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
--> statement-breakpoint
-- A part is where its job is. The sub-select runs as keyward_api, so the policy above decides what it finds.
CREATE POLICY job_result_parts_of_environment ON job_result_parts TO keyward_api
  USING (
    environment = (SELECT current_setting('app.environment'))
    AND EXISTS (SELECT FROM job_records WHERE job_records.id = job_result_parts.job_id)
  )
  WITH CHECK (
    environment = (SELECT current_setting('app.environment'))
    AND EXISTS (SELECT FROM job_records WHERE job_records.id = job_result_parts.job_id)
  );
