import type { Id } from "@/contracts/ids";
import { KEY_SHAPE, KEY_START_IN_ADDRESS } from "@/contracts/key-shape";
import { isWellFormedKey } from "@/server/core/key-format";
import { decode } from "./redact";
import { GroupedTotals } from "./roll-up";

/** A key that stood where it must not be. */
export interface Exposure {
  keyId: Id<"key">;
  at: Date;
  requestId: Id<"req">;
}

const ANY_KEY = new RegExp(KEY_SHAPE, "g");
/** Whether a query is worth decoding. */
const HINT_OF_A_KEY = new RegExp(KEY_START_IN_ADDRESS, "i");
/** Keys looked up per call: whoever fills a query string with them must not have us look all of them up. */
const MAX_EXPOSED = 3;
const NONE: readonly string[] = [];

/** What has the shape of a key of ours in a query string, also percent-encoded. */
export function keysIn(query: string): readonly string[] {
  if (!HINT_OF_A_KEY.test(query)) return NONE;
  const found = decode(query).match(ANY_KEY) ?? [];
  return [...new Set(found)].filter(isWellFormedKey).slice(0, MAX_EXPOSED);
}

/** Exposures by key, as they are noted. */
export function exposureRows(exposures: readonly Exposure[]): object[] {
  const seen = new GroupedTotals<{ calls: number; firstAt: Date; lastAt: Date; requestId: Id<"req"> }>();
  for (const { keyId: key_id, at, requestId } of exposures) {
    const start = { calls: 1, firstAt: at, lastAt: at, requestId };
    seen.add(
      key_id,
      () => ({ key_id, place: "query" }),
      start,
      (stats) => {
        stats.calls++;
        if (at >= stats.lastAt) Object.assign(stats, { lastAt: at, requestId });
        if (at < stats.firstAt) stats.firstAt = at;
      },
    );
  }
  return seen.rows();
}
