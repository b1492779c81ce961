import DataLoader from "dataloader";
import type { Database, Databases } from "@/server/database/connections";

const MAX_BATCH = 200;

/** Finds what there is of some keys, 200 at most. */
type Read<Key, Value> = (keys: ReadonlySet<Key>) => Promise<ReadonlyMap<Key, Value>>;

/**
 * Reads that calls share: those that arrive together make one, which starts after all of them, so that what it shows is never
 * older than any of them. Nothing is remembered.
 * @param readerOf makes what reads on a pool, at its first use
 * @returns asks for one key, on the pool of look-ups unless told otherwise; null where there is nothing of it
 */
export function sharedReads<Key extends string, Value>(
  readerOf: (databases: Databases, pool: Database) => Read<Key, Value>,
): (databases: Databases, key: Key, pool?: Database) => Promise<Value | null> {
  const loaders = new WeakMap<Database, DataLoader<Key, Value | null>>();
  return (databases, key, pool = databases.lookUps) => {
    const loader = loaders.get(pool) ?? loaderOf(readerOf(databases, pool));
    loaders.set(pool, loader);
    return loader.load(key);
  };
}

function loaderOf<Key extends string, Value>(read: Read<Key, Value>): DataLoader<Key, Value | null> {
  const readBatch = async (keys: readonly Key[]) => {
    const found = await read(new Set(keys));
    return keys.map((key) => found.get(key) ?? null);
  };
  return new DataLoader(readBatch, {
    cache: false,
    maxBatchSize: MAX_BATCH,
    // After the sockets that are ready have been read: the calls that came in together.
    batchScheduleFn: (dispatch) => setImmediate(dispatch),
  });
}
