import { randomFillSync } from "node:crypto";
import { TypeID, typeidUnboxed } from "typeid-js";
import type { Id, IdPrefix } from "@/contracts/ids";

/** A new identifier: TypeID over a UUIDv7, so ids of one kind sort by the time they were made. */
export function newId<Prefix extends IdPrefix>(prefix: Prefix): Id<Prefix> {
  return typeidUnboxed(prefix) as string as Id<Prefix>;
}

const RANDOM_BYTES = 10;
/** Drawn ahead for many: a call for each would cost more than all the rest. */
const random = Buffer.alloc(RANDOM_BYTES * 400);
let drawn = random.length;

/**
 * A UUIDv7 (RFC 9562, section 5.7) of the given instant, for rows that only we name.
 * @param ms epoch milliseconds
 */
export function newUuid(ms: number): string {
  if (drawn === random.length) {
    randomFillSync(random);
    drawn = 0;
  }
  const tail = random.toString("hex", drawn, drawn + RANDOM_BYTES);
  drawn += RANDOM_BYTES;
  const time = ms.toString(16).padStart(12, "0");
  // Version 7, and the variant's two bits, 10.
  const variant = "89ab"[Number.parseInt(tail.charAt(3), 16) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-${variant}${tail.slice(4, 7)}-${tail.slice(7, 19)}`;
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
 */
export function requestIdFrom(traceparent: string | null | undefined): Id<"req"> {
  const match = traceparent ? TRACEPARENT.exec(traceparent) : null;
  if (!match?.[1] || /^0+$/.test(match[1]) || /^0+$/.test(match[2] ?? "")) return newId("req");
  return TypeID.fromUUIDBytes("req", Buffer.from(match[1], "hex")).toString() as Id<"req">;
}
