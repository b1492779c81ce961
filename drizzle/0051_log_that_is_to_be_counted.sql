CREATE TABLE "request_log_uncounted" (
	"batch" "bytea" PRIMARY KEY NOT NULL,
	"first_at" timestamp (3) with time zone NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	"written_at" timestamp (3) with time zone NOT NULL,
	"last_uses" jsonb NOT NULL
);
--> statement-breakpoint
-- No grant and no policy: the public API has nothing to do with how its calls are counted.
ALTER TABLE "request_log_uncounted" ENABLE ROW LEVEL SECURITY;
