import DataLoader from "dataloader";
import type { Database, Databases } from "@/server/database/connections";

const MAX_BATCH = 200;

/**
 * For so long those wait that come while a read is under way, to share the next one when it ends: the busier it is, the more
 * of them. Not longer, as a read may have no answer for seconds. Milliseconds.
 */
const MAX_WAIT_MS = 5;

/** Finds what there is of each that is asked for, 200 at most, in their order; null: nothing. */
export type Read<Asked, Value> = (asked: readonly Asked[]) => Promise<readonly (Value | null)[]>;

/**
 * Reads that calls share. A read starts after all have asked whom it answers, so that what it shows is never older than any of
 * them. Nothing is remembered.
 * @param readerOf makes what reads on a pool, at its first use
 * @returns asks for one, on the pool of look-ups unless told otherwise; null where there is nothing of it
 */
export function sharedReads<Asked, Value>(
  readerOf: (databases: Databases, pool: Database) => Read<Asked, Value>,
): (databases: Databases, asked: Asked, pool?: Database) => Promise<Value | null> {
  const loaders = new WeakMap<Database, DataLoader<Asked, Value | null>>();
  return (databases, asked, pool = databases.lookUps) => {
    const loader = loaders.get(pool) ?? loaderOf(readerOf(databases, pool));
    loaders.set(pool, loader);
    return loader.load(asked);
  };
}

/** Asks by reads of which one is under way at a time, unless that one takes long. */
export function loaderOf<Asked, Value>(read: Read<Asked, Value>): DataLoader<Asked, Value | null> {
  let underWay = 0;
  let waiting: (() => void)[] = [];
  const dispatchInTurn = (dispatch: () => void) => {
    if (underWay === 0) return dispatch();
    let isDispatched = false;
    const dispatchOnce = () => {
      if (isDispatched) return;
      isDispatched = true;
      clearTimeout(timer);
      dispatch();
    };
    const timer = setTimeout(dispatchOnce, MAX_WAIT_MS);
    waiting.push(dispatchOnce);
  };
  const readBatch = async (asked: readonly Asked[]) => {
    underWay++;
    try {
      return await read(asked);
    } finally {
      underWay--;
      for (const dispatchOnce of waiting) setImmediate(dispatchOnce);
      waiting = [];
    }
  };
  return new DataLoader(readBatch, {
    cache: false,
    maxBatchSize: MAX_BATCH,
    // After the sockets that are ready have been read: the calls that came in together.
    batchScheduleFn: (dispatch) => setImmediate(() => dispatchInTurn(dispatch)),
  });
}
