ALTER TABLE "webhook_endpoints" DROP CONSTRAINT "webhook_endpoints_reason_known";--> statement-breakpoint
-- allowed: there are a few dozen rows at most
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_reason_known" CHECK (disabled_reason in ('manual', 'gone', 'failing', 'restored'));