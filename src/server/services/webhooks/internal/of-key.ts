import { type SQL, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { isOrLivesOnIn } from "../../made-keys";

/**
 * Narrows endpoints to those that a key, or one in which it lives on, has set up or was told the secret of: what whoever has stolen it
 * may have left there. From the endpoints back, which are few: every page of a key asks.
 */
export function ofKey(id: Id<"key">, now: Date): SQL {
  return isOrLivesOnIn(id, sql`array[set_up_by_key_id, secret_told_to_key_id]`, now);
}
