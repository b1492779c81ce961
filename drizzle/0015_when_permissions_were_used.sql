CREATE TABLE "usage_permissions" (
	"key_id" text NOT NULL,
	"permission" text NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "usage_permissions_pk" PRIMARY KEY("key_id","permission")
);
--> statement-breakpoint
-- Of calls before this, the start of their hour is what is known.
INSERT INTO "usage_permissions" ("key_id", "permission", "last_at")
  SELECT key_id, permission, max(hour) FROM usage_hourly
  WHERE key_id <> '' AND permission <> '' AND code NOT IN (
    'key_missing', 'key_invalid', 'key_revoked', 'key_expired', 'environment_mismatch', 'ip_not_allowed', 'rate_limited',
    'permission_denied'
  )
  GROUP BY key_id, permission;
--> statement-breakpoint
-- No grant and no policy: the public API reads no figures of its callers.
ALTER TABLE "usage_permissions" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
-- Written with every flush, in a column that no index has: with room on the page the new version stays on it (HOT).
ALTER TABLE "usage_permissions" SET (fillfactor = 70);
