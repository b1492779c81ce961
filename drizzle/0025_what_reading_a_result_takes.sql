ALTER TABLE "job_records" ADD COLUMN "result_permissions" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
-- Every export of licences so far has the customers' e-mail addresses in it.
UPDATE job_records SET result_permissions = '{customers:read}' WHERE type = 'licenses.export';
