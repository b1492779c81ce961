import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ID_PREFIXES, type IdPrefix } from "@/contracts/ids";
import { idSchema } from "@/contracts/schemas/ids";
import { newId, newUuid, requestIdFrom } from "@/server/core/ids";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const PREFIXES = Object.keys(ID_PREFIXES) as IdPrefix[];

/** TypeID's suffix (specification 0.3): 128 bits as 26 characters of base32, most significant first. */
function base32(hex: string): string {
  let rest = BigInt(`0x${hex}`);
  let text = "";
  for (let place = 0; place < 26; place++, rest >>= 5n) text = ALPHABET[Number(rest & 31n)] + text;
  return text;
}

function bits(id: string): bigint {
  return [...id.slice(id.indexOf("_") + 1)].reduce(
    (value, letter) => (value << 5n) | BigInt(ALPHABET.indexOf(letter)),
    0n,
  );
}

describe("A new id", () => {
  test("is accepted by the schema of its kind, and by that of no other kind", () => {
    for (const made of PREFIXES) {
      for (const asked of PREFIXES) {
        expect(idSchema(asked).safeParse(newId(made)).success).toBe(made === asked);
      }
    }
  });

  test("holds a UUID of version 7 with the time it was made", () => {
    const before = Date.now();
    const value = bits(newId("key"));
    expect((value >> 76n) & 15n).toBe(7n);
    expect((value >> 62n) & 3n).toBe(2n);
    const madeAt = Number(value >> 80n);
    expect(madeAt).toBeGreaterThanOrEqual(before);
    expect(madeAt).toBeLessThanOrEqual(Date.now());
  });

  test("holds the instant that it is given, and sorts behind those that were made of it before", () => {
    const ms = Date.parse("2027-03-04T05:06:07.089Z");
    const ids = Array.from({ length: 1_000 }, () => newId("req", ms));
    for (const id of ids) expect(Number(bits(id) >> 80n)).toBe(ms);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("sorts behind every id of its kind made before it, also within one millisecond", () => {
    const ids = Array.from({ length: 20_000 }, () => newId("cus"));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("A new UUID of a row", () => {
  test("is of version 7, and holds the instant that it is given", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (ms) => {
        const uuid = newUuid(ms);
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16)).toBe(ms);
      }),
    );
  });

  test("sorts by its instant, and within one behind every one made before it, whatever was made between", () => {
    const start = Date.parse("2026-11-28T12:00:00.000Z");
    const made = Array.from({ length: 20_000 }, (_, place) => {
      newUuid(start + place);
      return newUuid(start);
    });
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
    expect(newUuid(start + 1) > (made.at(-1) ?? "")).toBe(true);
    expect(newUuid(start - 1) < (made[0] ?? "")).toBe(true);
  });
});

test.each([
  "",
  "key_",
  "key",
  "01h455vb4pex5vsknk084sn02q",
  "key_01h455vb4pex5vsknk084sn02",
  "key_01h455vb4pex5vsknk084sn02qq",
  "key_81h455vb4pex5vsknk084sn02q",
  "key_01H455VB4PEX5VSKNK084SN02Q",
  "key_01h455vb4pex5vsknk084sn02i",
  "key_01h455vb4pex5vsknk084sn02q\n",
  "KEY_01h455vb4pex5vsknk084sn02q",
  "cus_01h455vb4pex5vsknk084sn02q",
  "key_01h455vb4pex5vsknk084sn02'",
])("Not the id of a key: %j", (text) => {
  expect(idSchema("key").safeParse(text).success).toBe(false);
});

describe("The id of a request", () => {
  const hexDigits = (length: number) =>
    fc
      .array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length })
      .map((digits) => digits.join(""))
      .filter((digits) => !/^0+$/.test(digits));
  const traceId = hexDigits(32);
  const parentId = hexDigits(16);

  test("is the trace id of a valid traceparent, in TypeID form", () => {
    fc.assert(
      fc.property(traceId, parentId, hexDigits(2), (trace, parent, flags) => {
        expect(requestIdFrom(`00-${trace}-${parent}-${flags}`)).toBe(`req_${base32(trace)}`);
      }),
    );
  });

  test("is a valid id, whatever the trace id is", () => {
    fc.assert(
      fc.property(traceId, (trace) => {
        const id = requestIdFrom(`00-${trace}-00f067aa0ba902b7-01`);
        expect(idSchema("req").safeParse(id).success).toBe(true);
        expect(bits(id)).toBe(BigInt(`0x${trace}`));
      }),
    );
  });

  const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  const PARENT = "00f067aa0ba902b7";

  test("follows later versions of the header, which may carry more", () => {
    expect(requestIdFrom(`cc-${TRACE}-${PARENT}-01-what-the-future-brings`)).toBe(`req_${base32(TRACE)}`);
    expect(requestIdFrom(`cc-${TRACE}-${PARENT}-01`)).toBe(`req_${base32(TRACE)}`);
  });

  test.each([
    ["none", null],
    ["undefined", undefined],
    ["empty", ""],
    ["version ff", `ff-${TRACE}-${PARENT}-01`],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${PARENT}-01`],
    ["a parent id of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["upper case", `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ["no flags", `00-${TRACE}-${PARENT}`],
    ["a short trace id", `00-${TRACE.slice(1)}-${PARENT}-01`],
    ["version 00 with more behind it", `00-${TRACE}-${PARENT}-01-more`],
    ["a later version with text glued on", `cc-${TRACE}-${PARENT}-01.more`],
    ["blanks around it", ` 00-${TRACE}-${PARENT}-01`],
    ["something else", "Bearer of bad news"],
  ])("is new where the traceparent is invalid: %s", (_, traceparent) => {
    const id = requestIdFrom(traceparent);
    expect(idSchema("req").safeParse(id).success).toBe(true);
    expect(id).not.toBe(`req_${base32(TRACE)}`);
    expect(requestIdFrom(traceparent)).not.toBe(id);
  });
});
