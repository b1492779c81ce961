import { and, eq, isNull, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { MAX_MADE_KEYS } from "@/contracts/keys";
import { grouped } from "@/contracts/numbers";
import { AppError } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { apiKeys } from "@/server/database/schema";

/**
 * Refuses one more key that works to a key that has made as many as one may. Limits count for each key by itself: whoever has stolen
 * one that makes keys would have any number of calls by making any number of keys, and whoever revokes them would not come to an
 * end. Its row is locked by whoever calls, so that two calls do not both find the last place free.
 * @throws AppError conflict
 */
export async function requireRoom(tx: Transaction, makerId: Id<"key">): Promise<void> {
  const counted = tx
    .select({ one: sql`1` })
    .from(apiKeys)
    .where(and(eq(apiKeys.createdByKeyId, makerId), isNull(apiKeys.deletedAt), isNull(apiKeys.revokedAt)))
    .limit(MAX_MADE_KEYS)
    .as("counted");
  const [row] = await tx.select({ made: sql<number>`count(*)::int` }).from(counted);
  if ((row?.made ?? 0) < MAX_MADE_KEYS) return;
  throw new AppError(
    "conflict",
    `A key makes at most ${grouped(MAX_MADE_KEYS)} keys that are neither revoked nor deleted. Revoke or delete some that are not needed any more.`,
  );
}
