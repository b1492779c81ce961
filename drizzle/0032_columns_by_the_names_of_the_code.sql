-- One name for a field from the address to the table. Nothing is copied and no index is made anew: partitions, indexes,
-- constraints and the conditions of indexes follow a column that is renamed. A process of an older version does not find
-- these columns any more; the README says how several processes are upgraded.
ALTER TABLE "api_keys" RENAME COLUMN "display" TO "masked_key";--> statement-breakpoint
ALTER TABLE "api_keys" RENAME COLUMN "previous_display" TO "previous_masked_key";--> statement-breakpoint
ALTER TABLE "api_keys" RENAME COLUMN "previous_until" TO "overlap_until";--> statement-breakpoint
ALTER TABLE "api_keys" RENAME COLUMN "woke_at" TO "resumed_at";--> statement-breakpoint
ALTER TABLE "api_keys" RENAME COLUMN "slept_since" TO "dormant_since";--> statement-breakpoint
ALTER TABLE "requests" RENAME COLUMN "entry" TO "row_id";--> statement-breakpoint
ALTER TABLE "requests" RENAME COLUMN "secret" TO "used_secret";--> statement-breakpoint
ALTER TABLE "findings" RENAME COLUMN "rank" TO "severity";--> statement-breakpoint
ALTER TABLE "findings" RENAME COLUMN "mark" TO "fingerprint";--> statement-breakpoint
ALTER TABLE "findings" RENAME COLUMN "first_found_at" TO "first_seen_at";--> statement-breakpoint
ALTER TABLE "findings" RENAME COLUMN "still_at" TO "last_seen_at";--> statement-breakpoint
ALTER INDEX "findings_by_rank" RENAME TO "findings_by_severity";--> statement-breakpoint
-- The kind and its evidence are named alike. Its id, its dates and a mute stay, as the fingerprint does.
UPDATE "findings"
SET "kind" = 'resumed', "evidence" = jsonb_build_object(
  'kind', 'resumed', 'resumedAt', "evidence" -> 'wokeAt', 'dormantSince', "evidence" -> 'sleptSince'
)
WHERE "kind" = 'woke_up';
