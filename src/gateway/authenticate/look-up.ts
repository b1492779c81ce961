import { hasCome } from "@/contracts/ends";
import { keyDigestHex } from "@/server/core/secrets";
import type { Database } from "@/server/database/connections";
import type { ServiceContext } from "@/server/services/context";
import { type Found, KeyCache, type ReadKeys } from "./key-cache";
import { readKeys } from "./read-keys";
import { redigest } from "./redigest";
import { sharedReads } from "./shared-reads";
import type { VerifiedKey } from "./verified-key";

/** What is asked for: the key of the digest of a credential, hex, and perhaps when it was last used. */
interface Asked {
  digest: string;
  lastUse: boolean;
}

/** Each pool has a cache of its own. */
const lookUp = sharedReads(({ clock }, pool) => {
  const cache = new KeyCache<VerifiedKey>(clock);
  const read: ReadKeys<VerifiedKey> = (...asked) => readKeys(pool, clock, ...asked);
  return async (asked: readonly Asked[]) => {
    const found = await cache.find(digestsOf(asked), read);
    return asked.map(({ digest }) => found.get(digest) ?? null);
  };
});

/** Each digest once, and whether anybody asks for the last use. */
function digestsOf(asked: readonly Asked[]): Map<string, boolean> {
  const digests = new Map<string, boolean>();
  for (const { digest, lastUse } of asked) digests.set(digest, lastUse || digests.get(digest) === true);
  return digests;
}

/** How a key is looked up. */
export interface LookUpOptions {
  /** For whoever is no call: the pool to ask instead of that which calls alone may use. */
  pool?: Database;
  /** Whether its last use has to be that of now. Costs Postgres as much again as the look-up. */
  lastUse?: boolean;
}

/**
 * Looks a well-formed key up. Whether it is cached or not, a read of Postgres that starts after the call has arrived decides:
 * it reads the key, or shows that the key has not changed since it was read. So a revoke, on whichever node, holds for the
 * next call everywhere. Calls that arrive together share one read.
 * @returns null when neither a present secret nor one within its overlap matches
 * @throws AppError unavailable when Postgres is away
 */
export async function findKey(
  ctx: Pick<ServiceContext, "databases" | "keyMaterial">,
  key: string,
  options: LookUpOptions = {},
): Promise<VerifiedKey | null> {
  const found = await findBySecret(ctx, key, options);
  if (!found || hasCome(found.key.until, found.readAt)) return null;
  const { lastUsedAt } = found.key;
  const { readAt, lastUse = null } = found;
  return {
    ...found.key,
    readAt,
    lastUsedAt: lastUse && (!lastUsedAt || lastUse > lastUsedAt) ? lastUse : lastUsedAt,
  };
}

/** By the present pepper, and while it is being changed by the one before it. */
async function findBySecret(
  { databases, keyMaterial }: Pick<ServiceContext, "databases" | "keyMaterial">,
  key: string,
  { pool, lastUse = false }: LookUpOptions,
): Promise<Found<VerifiedKey> | null> {
  const { pepper, previousPepper } = keyMaterial;
  const digest = keyDigestHex(key, pepper);
  const found = await lookUp(databases, { digest, lastUse }, pool);
  if (found || previousPepper === undefined) return found;
  const from = keyDigestHex(key, previousPepper);
  const foundBefore = await lookUp(databases, { digest: from, lastUse }, pool);
  if (foundBefore) redigest(databases, foundBefore.key.secret, { from, to: digest, pepper });
  return foundBefore;
}
