import { describe, expect, test } from "vitest";
import { generateKey } from "@/server/core/key-format";
import { redactBody, redactHeaders, redactPath, redactQuery } from "@/server/services/requests/redact";

/** Every word that makes a name secret, each in a name that holds no other of them. */
const SECRET_WITHIN = [
  "token",
  "secret",
  "passw",
  "passphrase",
  "credential",
  "authorization",
  "authorisation",
  "cookie",
  "signature",
  "session",
  "bearer",
  "apikey",
  "licensekey",
  "licencekey",
  "privatekey",
  "accesskey",
];
const SECRET_WHOLE = ["key", "auth", "pwd", "pin", "otp", "jwt", "xkey"];
const LICENSE = "AB3DE-FGH1J-KLMN2-PQRST-UVWX4";

const bodyOf = (value: object) =>
  redactBody({ type: "application/json", text: JSON.stringify(value), bytes: 1 });

describe("What is secret by its name is kept nowhere:", () => {
  const spellings = SECRET_WITHIN.flatMap((word) => [word, `X-${word}-2`, word.toUpperCase()]);
  test.each([...spellings, ...SECRET_WHOLE, "X-Key", "P_I_N"])("%s", (name) => {
    const encoded = [...name].map((c) => `%${c.charCodeAt(0).toString(16)}`).join("");
    expect(redactQuery(`a=1&${name}=hush`)).toBe(`a=1&${name}=[redacted]`);
    expect(redactQuery(`${encoded}=hush`)).not.toContain("hush");
    expect(redactHeaders([[name, "hush"]])).toEqual({ [name]: "[redacted]" });
    expect(bodyOf({ deep: [{ [name]: "hush" }] })).toBe(JSON.stringify({ deep: [{ [name]: "[redacted]" }] }));
  });

  test.each(["keys", "author", "pinned", "monkey", "page"])("but %s is no secret", (name) => {
    expect(redactQuery(`${name}=plain`)).toBe(`${name}=plain`);
    expect(redactHeaders([[name, "plain"]])).toEqual({ [name]: "plain" });
    expect(bodyOf({ [name]: "plain" })).toBe(JSON.stringify({ [name]: "plain" }));
  });
});

describe("What is secret by its shape is kept nowhere, plain or percent-encoded once or twice:", () => {
  const key = generateKey("kw", "production");
  const encode = (text: string) => text.replace(/[-_]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  test.each([
    ["an API key", key, key.slice(12, 30)],
    ["a licence key", LICENSE, "FGH1J"],
    ["a licence key without its last group", LICENSE.slice(0, -6), "FGH1J"],
    ["a licence key in lower case", LICENSE.toLowerCase(), "fgh1j"],
  ])("%s", (_, text, part) => {
    for (const written of [text, encode(text), encode(text).replaceAll("%", "%25")]) {
      for (const kept of [
        redactPath(`/api/v1/${written}`),
        redactQuery(`q=${written}`),
        JSON.stringify(redactHeaders([["x-note", written]])),
        String(bodyOf({ note: written })),
      ]) {
        expect(kept).not.toContain(part);
      }
    }
  });
});
