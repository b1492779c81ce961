ALTER TABLE "api_keys" ADD COLUMN "owner_id" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "owner_email" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "tags" text[] COLLATE "C" DEFAULT '{}' NOT NULL;--> statement-breakpoint
-- The members of a list as one text, for an index: array_to_string is not IMMUTABLE, as some types are written by settings.
CREATE FUNCTION joined(members text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $f$
  SELECT array_to_string(members, ' ')
$f$;
