import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ENVIRONMENT_DETAILS, ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { maskApiKey } from "@/contracts/key-shape";
import { generateKey, isWellFormedKey, keysWithin, redactKeys } from "@/server/core/key-format";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** CRC-32 (IEEE 802.3), bit by bit as the standard has it: reflected, initial value and final exclusive-or all ones. */
function crc32(text: string): number {
  let register = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? 0xedb88320 : 0);
  }
  return ~register >>> 0;
}

function base62(value: number): string {
  let rest = BigInt(value);
  let text = "";
  for (; rest > 0n; rest /= 62n) text = BASE62[Number(rest % 62n)] + text;
  return text.padStart(6, "0");
}

const environment = fc.constantFrom<Environment>(...ENVIRONMENTS);
const prefix = fc.stringMatching(/^[a-z0-9]{2,10}$/);
const key = fc.tuple(prefix, environment).map(([first, second]) => generateKey(first, second));
const character = fc.constantFrom(...BASE62, "_", "-", " ", "é", "\u0000", "😀");

test("The reference of these tests is CRC-32 itself: the check value of the catalogue of CRCs", () => {
  expect(crc32("123456789")).toBe(0xcbf43926);
});

describe("A generated key", () => {
  test("has the shape {prefix}_{env}_{random}{checksum}, and passes", () => {
    fc.assert(
      fc.property(prefix, environment, (first, second) => {
        const generated = generateKey(first, second);
        const { slug } = ENVIRONMENT_DETAILS[second];
        expect(generated).toMatch(new RegExp(`^${first}_${slug}_[0-9A-Za-z]{38}$`));
        expect(isWellFormedKey(generated)).toBe(true);
      }),
    );
  });

  test("of the longest prefix there can be is one, and a longer text is none", () => {
    const longest = generateKey("0123456789", "production");
    expect(longest).toHaveLength(54);
    expect(isWellFormedKey(longest)).toBe(true);
    expect(keysWithin(longest)).toContain(longest);
    expect(keysWithin(`a${longest}`)).toEqual([]);
  });

  test("ends in the CRC-32 of everything before it, base62, padded to six", () => {
    fc.assert(
      fc.property(key, (generated) => {
        expect(generated.slice(-6)).toBe(base62(crc32(generated.slice(0, -6))));
      }),
    );
  });

  test("is found by the expression that public-api.md gives to scanners", () => {
    for (const one of ENVIRONMENTS) {
      expect(generateKey("kw", one)).toMatch(/^kw_(prod|stag|dev)_[0-9A-Za-z]{38}$/);
    }
  });

  test("is never made twice, and favours no character", () => {
    const keys = Array.from({ length: 6_000 }, () => generateKey("kw", "production"));
    expect(new Set(keys).size).toBe(keys.length);
    const counts = new Map<string, number>();
    for (const one of keys) {
      for (const letter of one.slice(8, 40)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    // Chi-square with 61 degrees of freedom exceeds 138 once in ten million runs. Bytes modulo 62 without the rejection
    // (the first eight characters a quarter too often) would give about 1,400.
    const expected = (keys.length * 32) / 62;
    const chiSquare = [...BASE62].reduce((sum, letter) => {
      return sum + ((counts.get(letter) ?? 0) - expected) ** 2 / expected;
    }, 0);
    expect(counts.size).toBe(62);
    expect(chiSquare).toBeLessThan(138);
  });
});

describe("The checksum", () => {
  // Computed with Python's zlib.crc32. The second pads with a zero, the last with three.
  test.each([
    "kw_prod_000000000000000000000000000000002TAhDl",
    "kw_stag_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef3xlRXW",
    "acme42_dev_0123456789ABCDEFGHIJKLMNOPQRSTUV1gudYr",
    "kw_prod_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz3oviTj",
    "kw_dev_00000000000000000000000000fw0Cyb00049T",
  ])("of a fixed vector is what another implementation computes: %s", (vector) => {
    expect(isWellFormedKey(vector)).toBe(true);
  });

  test("catches every replaced character", () => {
    fc.assert(
      fc.property(key, fc.nat(), character, (original, place, letter) => {
        const at = place % original.length;
        fc.pre(original[at] !== letter);
        expect(isWellFormedKey(original.slice(0, at) + letter + original.slice(at + 1))).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  test("catches every pair of neighbours that changed places", () => {
    fc.assert(
      fc.property(key, fc.nat(), (original, place) => {
        const at = place % (original.length - 1);
        const [first, second] = [original[at], original[at + 1]];
        fc.pre(first !== second);
        expect(isWellFormedKey(original.slice(0, at) + second + first + original.slice(at + 2))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test("or the shape catches every lost, added or doubled character behind the prefix", () => {
    fc.assert(
      fc.property(key, fc.nat(), character, (original, place, letter) => {
        const start = original.indexOf("_");
        const at = start + (place % (original.length - start));
        expect(isWellFormedKey(original.slice(0, at) + original.slice(at + 1))).toBe(false);
        expect(isWellFormedKey(original.slice(0, at + 1) + letter + original.slice(at + 1))).toBe(false);
        expect(isWellFormedKey(original.slice(0, at + 1) + original.slice(at))).toBe(false);
      }),
    );
  });
});

test.each([
  ["empty text", ""],
  ["a key with a line feed behind it", `${generateKey("kw", "production")}\n`],
  ["a key with a blank before it", ` ${generateKey("kw", "production")}`],
  ["two keys", generateKey("kw", "production").repeat(2)],
  ["an upper-case prefix", generateKey("kw", "production").replace("kw", "KW")],
  ["an environment there is not", "kw_test_000000000000000000000000000000002TAhDl"],
  ["a prefix of one letter", "k_prod_000000000000000000000000000000002TAhDl"],
  ["a megabyte", `kw_prod_${"0".repeat(1_000_000)}`],
  ["full-width digits", `kw_prod_${"０".repeat(38)}`],
])("Not a key: %s", (_, text) => {
  expect(isWellFormedKey(text)).toBe(false);
});

test.each([
  "kw_test_00000000000000000000000000000000",
  "k_prod_00000000000000000000000000000000",
  "KW_prod_00000000000000000000000000000000",
  "keywardkeyw_prod_00000000000000000000000000000000",
  "kw_prod_0000000000000000000000000000000",
  "kw_prod_000000000000000000000000000000000",
  "kw-prod-00000000000000000000000000000000",
  " kw_prod_00000000000000000000000000000000",
])("Not a key, though its checksum holds: %j", (body) => {
  expect(isWellFormedKey(body + base62(crc32(body)))).toBe(false);
});

describe("What a text that turned up can be", () => {
  test("is the key, whatever became of its checksum, and whatever letters stand right before it", () => {
    const before = fc.stringMatching(/^[0-9A-Za-z]{0,4}$/);
    const end = fc.stringMatching(/^[0-9A-Za-z]{0,6}$/);
    fc.assert(
      fc.property(key, before, end, (original, glued, checksum) => {
        const found = glued + original.slice(0, -6) + checksum;
        fc.pre(found.length <= 54);
        expect(keysWithin(found)).toContain(original);
      }),
    );
  });

  test("is no key where one of the random characters is missing", () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 7, max: 38 }), (original, missing) => {
        expect(keysWithin(original.slice(0, -missing))).toEqual([]);
      }),
    );
  });
});

describe("The masked form", () => {
  test("shows prefix, environment, and the first and last four characters", () => {
    expect(maskApiKey("kw_stag_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef3xlRXW")).toBe("kw_stag_ABCD…lRXW");
  });

  test("leaves at least 140 of the 190 random bits unsaid", () => {
    fc.assert(
      fc.property(key, (original) => {
        const shown = maskApiKey(original).slice(maskApiKey(original).lastIndexOf("_") + 1);
        // Four random characters in front and four of the checksum behind: each tells 24 bits at most.
        expect(shown).toHaveLength(9);
        expect(maskApiKey(original)).not.toContain(original.slice(-38, -6));
      }),
    );
  });
});

describe("Redaction", () => {
  const text = fc.string({ maxLength: 40 });

  test("takes every key out of any text and leaves its masked form", () => {
    fc.assert(
      fc.property(key, fc.stringMatching(/^[ "/=&:,{}?#-]{0,8}$/), text, (secret, before, after) => {
        const redacted = redactKeys(`${before}${secret} ${after}`);
        expect(redacted).not.toContain(secret);
        expect(redacted.startsWith(`${before}${maskApiKey(secret)} `)).toBe(true);
      }),
    );
  });

  test("takes out all of several keys", () => {
    const [one, other] = [generateKey("kw", "production"), generateKey("acme", "development")];
    const redacted = redactKeys(`a=${one}&b=${other},${one}`);
    expect(redacted).toBe(`a=${maskApiKey(one)}&b=${maskApiKey(other)},${maskApiKey(one)}`);
  });

  test("takes out what is left of a key that was cut off: the missing end could be computed", () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 20 }), (secret, missing) => {
        const cut = secret.slice(0, -missing);
        const redacted = redactKeys(`"${cut}"`);
        expect(redacted).toBe(`"${secret.slice(0, -34)}…"`);
      }),
    );
  });

  test("takes out a key that runs into other text on either side", () => {
    fc.assert(
      fc.property(key, fc.stringMatching(/^[0-9A-Za-z]{1,20}$/), (secret, glued) => {
        expect(redactKeys(glued + secret + glued)).not.toContain(secret.slice(-34, -6));
      }),
    );
  });

  test("takes out a key whose underscores are percent-encoded", () => {
    const secret = generateKey("kw", "staging");
    for (const encoded of [secret.replaceAll("_", "%5F"), secret.replaceAll("_", "%5f")]) {
      expect(redactKeys(`/api/v1/key?api_key=${encoded}`)).not.toContain(secret.slice(-30));
    }
  });

  test("leaves ordinary text alone", () => {
    fc.assert(
      fc.property(text, (plain) => {
        fc.pre(!/_(prod|stag|dev)_/i.test(plain));
        expect(redactKeys(plain)).toBe(plain);
      }),
    );
    expect(redactKeys("key_01h455vb4pex5vsknk084sn02q, db_prod_main, kw_prod_")).toBe(
      "key_01h455vb4pex5vsknk084sn02q, db_prod_main, kw_prod_",
    );
  });
});
