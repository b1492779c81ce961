-- A key's generation rose with every change that matters to a decision, for a cache that was never made: nothing read it,
-- and each change of a customer scope paid for a second write of the key. What a cache rests on will be noted apart from it.
DROP TRIGGER api_key_customers_generation ON api_key_customers;
--> statement-breakpoint
DROP FUNCTION api_key_customers_bump_generation();
--> statement-breakpoint
DROP TRIGGER api_keys_generation ON api_keys;
--> statement-breakpoint
DROP FUNCTION api_keys_bump_generation();
--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "generation";
