CREATE TABLE "key_change_counter" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"number" bigint DEFAULT 1 NOT NULL,
	"purged_to" bigint DEFAULT 0 NOT NULL,
	"epoch" uuid DEFAULT gen_random_uuid() NOT NULL,
	CONSTRAINT "key_change_counter_is_one_row" CHECK (is_only)
);
--> statement-breakpoint
CREATE TABLE "key_changes" (
	"number" bigint NOT NULL,
	"key_id" text NOT NULL,
	CONSTRAINT "key_changes_number_key_id_pk" PRIMARY KEY("number","key_id")
);
--> statement-breakpoint
-- No grant and no policy: the public API knows nothing of them.
ALTER TABLE key_change_counter ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE key_changes ENABLE ROW LEVEL SECURITY;
