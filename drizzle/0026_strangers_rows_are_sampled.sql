CREATE TABLE "request_log_writers" (
	"writer" uuid PRIMARY KEY NOT NULL,
	"last_batch" bigint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "stands_for" smallint;--> statement-breakpoint
-- No grant and no policy: the public API has nothing to do with how its calls are logged.
ALTER TABLE "request_log_writers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
-- Written with every batch, in columns that no index has: with room on the page the new version stays on it (HOT).
ALTER TABLE "request_log_writers" SET (fillfactor = 50);
