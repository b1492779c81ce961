import { randomFillSync, randomInt } from "node:crypto";
import { fromUUIDBytes } from "typeid-js";
import { v7 } from "uuid";
import type { Id, IdPrefix } from "@/contracts/ids";

/**
 * A new identifier: TypeID over a UUIDv7, so ids of one kind sort by the time they were made.
 * @param ms the instant that it holds, epoch milliseconds; that of this node's clock unless told otherwise
 */
export function newId<Prefix extends IdPrefix>(prefix: Prefix, ms?: number): Id<Prefix> {
  // Of its own clock the library counts by itself.
  const options = ms === undefined ? undefined : { msecs: ms, seq: nextPlace(), random: nextRandom() };
  // Not the library's other ways to make one: they read what they have written once more, which takes three times as long.
  return fromUUIDBytes(prefix, v7(options, new Uint8Array(16))) as string as Id<Prefix>;
}

/** Place of the last one among those of its millisecond. Starts in the lower half, so that it has far to count. */
let sequence = randomInt(2 ** 31);

function nextPlace(): number {
  sequence = (sequence + 1) >>> 0;
  return sequence;
}

/** Random bytes, drawn for 256 ids at a time: the library draws for sixteen, and to ask for them takes longer than to make them. */
const random = new Uint8Array(16 * 256);
let drawn = random.length;

function nextRandom(): Uint8Array {
  if (drawn === random.length) {
    randomFillSync(random);
    drawn = 0;
  }
  drawn += 16;
  return random.subarray(drawn - 16, drawn);
}

/**
 * A UUIDv7 (RFC 9562, section 5.7) of the given instant, for rows that only we name. Sorts behind those of the same
 * millisecond that were made before it (section 6.2, method 1): the library counts so by its own clock alone.
 * @param ms epoch milliseconds
 */
export function newUuid(ms: number): string {
  return v7({ msecs: ms, seq: nextPlace() });
}

/**
 * W3C Trace Context, section 3.2.2: version, 16-byte trace id, 8-byte parent id, flags; lower-case hex. Version 00 ends
 * there; a later one may go on after another hyphen.
 */
const TRACEPARENT =
  /^(?!ff)(?:00(?=.{53}$)|(?!00)[0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:$|-)/;

/**
 * The id of a request: the trace id of a valid `traceparent` in TypeID form, so that a caller's trace leads to our log
 * and back; otherwise a new one.
 * @param traceparent value of the header, if any. All-zero ids and version ff are invalid (W3C Trace Context 3.2.2).
 * @param ms of the request, for a new id
 */
export function requestIdFrom(traceparent: string | null | undefined, ms?: number): Id<"req"> {
  const match = traceparent ? TRACEPARENT.exec(traceparent) : null;
  if (!match?.[1] || /^0+$/.test(match[1]) || /^0+$/.test(match[2] ?? "")) return newId("req", ms);
  return fromUUIDBytes("req", Buffer.from(match[1], "hex")) as Id<"req">;
}
