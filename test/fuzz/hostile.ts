import fc from "fast-check";
import { encodeCursor } from "@/server/core/cursor";

/** Stands for the secret of a good key: what sends a call puts one there. The answer must not show it. */
export const KEY_HERE = "{key}";

/** What has broken parsers, databases and terminals before, ours among them. */
const KNOWN = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "\udfff x",
  "\u202egnp.exe",
  "\u200b",
  "\ufeff",
  "e\u0301",
  "\u{1F469}\u200d\u{1F4BB}",
  "'; drop table customers; --",
  "%00",
  "%",
  "%ff",
  "%2e%2e%2f",
  "\\",
  "{}",
  "=1+1",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "true",
  "-1",
  "1e1",
  "0x10",
  "9007199254740993",
  "2024-02-30T00:00:00Z",
  "2024-01-01T00:00:00.000Z",
  "2024-12-31T23:59:60Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "+275760-09-13T00:00:00.000Z",
  "a@acme.example",
  "a&b@xn--p1ai.example",
  "cus_01h455vb4pex5vsknk084sn02q",
  "key_7zzzzzzzzzzzzzzzzzzzzzzzzz",
  "cus_8zzzzzzzzzzzzzzzzzzzzzzzzz",
  KEY_HERE,
  `before ${KEY_HERE} after`,
];

/** Any text, also with NUL, halves of surrogate pairs and names that every object has. */
export const hostileText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KNOWN) },
  { weight: 3, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom("\u0000", "\ud800", "'", "%", "\\", "a") }) },
  // Longer than any field takes.
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("a", "\u0000", "\u00e9", "\u{1F600}", "["), fc.nat(20_000))
      .map(([unit, times]) => unit.repeat(times)),
  },
);

const hostileNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1e308, 5e-324, 2 ** 31, 2 ** 53, -(2 ** 63), 1.5),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Any JSON value. */
export const hostileValue = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 2, arbitrary: hostileNumber },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], { a: [{}] }, [null]) },
  { weight: 2, arbitrary: fc.jsonValue({ stringUnit: "binary" }) },
);

/** A position in a list that the server did not give out. */
export const hostileCursor = fc
  .array(fc.oneof(hostileText, fc.integer(), fc.constantFrom("next", "previous", "cus_", "key_", null)), {
    maxLength: 4,
  })
  .map((position) => encodeCursor(position as Parameters<typeof encodeCursor>[0]));

/** What HTTP lets stand in a header: visible characters, blanks, and what was Latin-1 once (RFC 9110, section 5.5). */
export const headerText = fc
  .oneof(
    fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) }),
    fc.string({ unit: fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code)) }),
    fc.constantFrom(
      "",
      "*",
      "0",
      "-1",
      ",",
      ";",
      '"',
      "identity",
      "gzip",
      "null",
      KEY_HERE,
      `Bearer ${KEY_HERE}`,
    ),
    fc.nat(3_000).map((times) => "x".repeat(times)),
  )
  .map((text) => text.trim());
