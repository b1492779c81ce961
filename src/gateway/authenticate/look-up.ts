import { hasCome } from "@/contracts/ends";
import { keyDigest } from "@/server/core/secrets";
import type { Database } from "@/server/database/connections";
import type { ServiceContext } from "@/server/services/context";
import { type Found, KeyCache, type ReadKeys } from "./key-cache";
import { readKeys } from "./read-keys";
import { redigest } from "./redigest";
import { sharedReads } from "./shared-reads";
import type { KnownKey, VerifiedKey } from "./verified-key";

/** By the digest of a credential, hex. Each pool has a cache of its own. */
const lookUp = sharedReads(({ clock }, pool) => {
  const cache = new KeyCache<KnownKey>(clock);
  const read: ReadKeys<KnownKey> = (since, digests) => readKeys(pool, clock, since, digests);
  return (digests: ReadonlySet<string>) => cache.find(digests, read);
});

/**
 * Looks a well-formed key up. Whether it is cached or not, a read of Postgres that starts after the call has arrived decides:
 * it reads the key, or shows that the key has not changed since it was read. So a revoke, on whichever node, holds for the
 * next call everywhere. Calls that arrive together share one read.
 * @param pool for whoever is no call: the one to ask instead of that which calls alone may use
 * @returns null when neither a present secret nor one within its overlap matches
 * @throws AppError unavailable when Postgres is away
 */
export async function findKey(
  ctx: Pick<ServiceContext, "databases" | "keyMaterial">,
  key: string,
  pool = ctx.databases.lookUps,
): Promise<VerifiedKey | null> {
  const found = await findBySecret(ctx, key, pool);
  if (!found || hasCome(found.key.until, found.readAt)) return null;
  return { ...found.key, readAt: found.readAt };
}

/** By the present pepper, and while it is being changed by the one before it. */
async function findBySecret(
  { databases, keyMaterial }: Pick<ServiceContext, "databases" | "keyMaterial">,
  key: string,
  pool: Database,
): Promise<Found<KnownKey> | null> {
  const { pepper, previousPepper } = keyMaterial;
  const digest = keyDigest(key, pepper).toString("hex");
  const found = await lookUp(databases, digest, pool);
  if (found || previousPepper === undefined) return found;
  const from = keyDigest(key, previousPepper).toString("hex");
  const foundBefore = await lookUp(databases, from, pool);
  if (foundBefore) redigest(databases, foundBefore.key.secret, { from, to: digest, pepper });
  return foundBefore;
}
