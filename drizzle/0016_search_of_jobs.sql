CREATE INDEX "job_records_by_actor" ON "job_records" USING btree ("actor_id","id");--> statement-breakpoint
CREATE INDEX "job_records_by_request" ON "job_records" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "job_records_by_actor_name" ON "job_records" USING gin ("actor_name" gin_trgm_ops);