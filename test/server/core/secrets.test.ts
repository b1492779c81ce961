import { webcrypto } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyDigest, newToken, sameSecret, tokenDigest } from "@/server/core/secrets";

const KEY = "kw_prod_000000000000000000000000000000002TAhDl";
const pepper = fc.string({ minLength: 16, maxLength: 80 });

async function hmac(key: string, text: string): Promise<Buffer> {
  const { subtle } = webcrypto;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await subtle.importKey("raw", Buffer.from(key), algorithm, false, ["sign"]);
  return Buffer.from(await subtle.sign("HMAC", imported, Buffer.from(text)));
}

describe("The digest of a key", () => {
  test("is its HMAC-SHA-256 under the pepper", async () => {
    await fc.assert(
      fc.asyncProperty(pepper, fc.string(), async (key, text) => {
        expect(keyDigest(text, key).equals(await hmac(key, text))).toBe(true);
      }),
    );
  });

  test("is its SHA-256 where there is no pepper", () => {
    // FIPS 180-2, appendix B.1.
    expect(keyDigest("abc", undefined).toString("hex")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  test("follows RFC 4231, test case 2", () => {
    expect(keyDigest("what do ya want for nothing?", "Jefe").toString("hex")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  test("has 32 bytes, and is another for another key, another pepper and no pepper", () => {
    const digests = [
      keyDigest(KEY, undefined),
      keyDigest(KEY, "pepper-of-sixteen"),
      keyDigest(KEY, "pepper-of-another"),
      keyDigest(`${KEY} `, "pepper-of-sixteen"),
    ];
    for (const digest of digests) expect(digest).toHaveLength(32);
    expect(new Set(digests.map((digest) => digest.toString("hex"))).size).toBe(4);
  });
});

test("A token has 256 random bits, base64url, and is never made twice", () => {
  const tokens = Array.from({ length: 1_000 }, newToken);
  for (const token of tokens) {
    expect(token).toMatch(/^[0-9A-Za-z_-]{43}$/);
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
  }
  expect(new Set(tokens).size).toBe(tokens.length);
});

test("What is stored of a token is its SHA-256, hex", () => {
  expect(tokenDigest("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("Two secrets are the same when all their characters are, also where the lengths differ", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (left, right) => {
      expect(sameSecret(left, right)).toBe(left === right);
      expect(sameSecret(left, left)).toBe(true);
      expect(sameSecret(left, `${left}${right}x`)).toBe(false);
    }),
  );
});
