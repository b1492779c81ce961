ALTER TABLE "webhook_endpoints" ADD COLUMN "set_up_by_key_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "secret_told_to_key_id" text COLLATE "C";
--> statement-breakpoint
-- Of those that are there the audit tells: whoever gave it its URL last, and its secret.
-- allowed: sixty rows at most, each by the audit's index of subjects
UPDATE webhook_endpoints SET
  set_up_by_key_id = (
    SELECT CASE WHEN actor_kind = 'key' THEN actor_id END FROM audit_events
    WHERE subject_id = webhook_endpoints.id
      AND (action = 'webhook.create' OR action = 'webhook.update' AND after ?| array['url', 'query'])
    ORDER BY position DESC LIMIT 1
  ),
  secret_told_to_key_id = (
    SELECT CASE WHEN actor_kind = 'key' THEN actor_id END FROM audit_events
    WHERE subject_id = webhook_endpoints.id AND action IN ('webhook.create', 'webhook.rotate_secret')
    ORDER BY position DESC LIMIT 1
  );
