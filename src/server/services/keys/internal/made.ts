import { type SQL, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { apiKeys } from "@/server/database/schema";
import { keyWithMade } from "../../made-keys";

/** Narrows keys to those in which a key lives on. */
export function madeBy(id: Id<"key">, now: Date): SQL {
  return sql`(${apiKeys.id} in ${keyWithMade(id, now)} and ${apiKeys.id} <> ${id})`;
}
