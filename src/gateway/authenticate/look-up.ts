import DataLoader from "dataloader";
import { hasCome } from "@/contracts/ends";
import { keyDigest } from "@/server/core/secrets";
import type { Database } from "@/server/database/connections";
import type { DatabaseClock } from "@/server/database/database-clock";
import type { ServiceContext } from "@/server/services/context";
import { type Found, KeyCache, type ReadKeys } from "./key-cache";
import { readKeys } from "./read-keys";
import { redigest } from "./redigest";
import type { KnownKey, VerifiedKey } from "./verified-key";

/** From the digest of a credential, hex. */
type LookUps = DataLoader<string, Found<KnownKey> | null>;

const MAX_BATCH = 200;
const lookUpsByPool = new WeakMap<Database, LookUps>();

/** The look-ups of one pool, made at first use. */
function lookUpsOf(database: Database, clock: DatabaseClock): LookUps {
  const present = lookUpsByPool.get(database);
  if (present) return present;
  const cache = new KeyCache<KnownKey>(clock);
  const read: ReadKeys<KnownKey> = (since, digests) => readKeys(database, clock, since, digests);
  const findBatch = async (digests: readonly string[]) => {
    const found = await cache.find(new Set(digests), read);
    return digests.map((digest) => found.get(digest) ?? null);
  };
  const loader: LookUps = new DataLoader(findBatch, {
    // What is remembered is in the cache, which a read has to confirm.
    cache: false,
    maxBatchSize: MAX_BATCH,
    // After the sockets that are ready have been read: the calls that came in together.
    batchScheduleFn: (dispatch) => setImmediate(dispatch),
  });
  lookUpsByPool.set(database, loader);
  return loader;
}

/**
 * Looks a well-formed key up. Whether it is cached or not, a read of Postgres that starts after the call has arrived decides:
 * it reads the key, or shows that the key has not changed since it was read. So a revoke, on whichever node, holds for the
 * next call everywhere. Calls that arrive together share one read.
 * @param database for whoever is no call: the pool to ask instead of the one that calls alone may use
 * @returns null when neither a present secret nor one within its overlap matches
 * @throws AppError unavailable when Postgres is away
 */
export async function findKey(
  ctx: Pick<ServiceContext, "databases" | "keyMaterial">,
  key: string,
  database = ctx.databases.lookUps,
): Promise<VerifiedKey | null> {
  const found = await findBySecret(ctx, key, lookUpsOf(database, ctx.databases.clock));
  if (!found || hasCome(found.key.until, found.readAt)) return null;
  return { ...found.key, readAt: found.readAt };
}

/** By the present pepper, and while it is being changed by the one before it. */
async function findBySecret(
  { databases, keyMaterial }: Pick<ServiceContext, "databases" | "keyMaterial">,
  key: string,
  lookUps: LookUps,
): Promise<Found<KnownKey> | null> {
  const { pepper, previousPepper } = keyMaterial;
  const digest = keyDigest(key, pepper).toString("hex");
  const found = await lookUps.load(digest);
  if (found || previousPepper === undefined) return found;
  const from = keyDigest(key, previousPepper).toString("hex");
  const foundBefore = await lookUps.load(from);
  if (foundBefore) redigest(databases, foundBefore.key.secret, { from, to: digest, pepper });
  return foundBefore;
}
