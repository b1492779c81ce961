import { and, isNotNull, isNull, not, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { KeyStatus } from "@/contracts/keys";
import { apiKeys } from "./schema";

/** contracts/ends.ts hasCome, in SQL; written as in the indexes of ends. */
export function hasCome(end: SQLWrapper, now: Date): SQL {
  return sql`coalesce(${end}, 'infinity') <= ${now.toISOString()}::timestamptz`;
}

/** contracts/keys.ts keyStatus, in SQL: whether it is this one, of a row of api_keys. */
export function keyIs(status: KeyStatus, now: Date): SQL | undefined {
  if (status === "inactive") return isNotNull(apiKeys.revokedAt);
  const expired = hasCome(apiKeys.expiresAt, now);
  return and(isNull(apiKeys.revokedAt), status === "expired" ? expired : not(expired));
}
