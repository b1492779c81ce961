import { describe, expect, test } from "vitest";
import { maskApiKey } from "@/contracts/key-shape";
import { keyIn } from "@/contracts/pasted-key";
import { generateKey } from "@/server/core/key-format";

const KEY = generateKey("kw", "production");
/** Of a prefix that together with the sign reads as a byte. */
const AFTER_PERCENT = generateKey("ab", "staging");

describe("A key in what was typed or pasted", () => {
  test.each([
    ["alone", KEY],
    ["in a header", `Authorization: Bearer ${KEY}`],
    ["in a line of a log", `[info] GET /?api_key=${KEY}&x=1 200`],
    ["with blanks around it", `  ${KEY}\n`],
  ])("is found %s", (_, text) => {
    expect(keyIn(text)).toBe(KEY);
  });

  test.each([
    ["of another prefix and environment", generateKey("acme2", "staging"), undefined],
    ["without its checksum", KEY.slice(0, -6), undefined],
    ["cut off further", KEY.slice(0, -18), undefined],
    ["with a capital that a phone gave it", `K${KEY.slice(1)}`, KEY],
    ["that runs on into other text", `${KEY}abc`, KEY],
    ["percent-encoded", KEY.replaceAll("_", "%5f"), KEY],
    ["percent-encoded twice", `q%253D${KEY.replaceAll("_", "%255F")}`, KEY],
    ["behind a percent-encoded blank", `Authorization=Bearer%20${KEY}`, KEY],
    ["behind a percent-encoded sign", `?api_key%3D${KEY}&x`, KEY],
    ["behind a line end of JSON", String.raw`{"msg":"401\n${KEY}"}`, KEY],
    ["behind a sign that JSON escapes", String.raw`{"url":"?a=1\u0026${KEY}"}`, KEY],
    ["behind a sign that a web server escapes", String.raw`"GET / \x22${KEY}\x22"`, KEY],
    ["behind a percent sign", `%${AFTER_PERCENT}`, AFTER_PERCENT],
  ])("is found %s", (_, text, expected = text) => {
    expect(keyIn(text)).toBe(expected);
  });

  test.each([
    ["a masked form", maskApiKey(KEY)],
    ["the beginning that a list shows", KEY.slice(0, 12)],
    ["a name", "data_prod_administrator"],
    ["an id", "key_01m8gpz7pbenfaqjxxyc2v9k4t"],
    ["an e-mail address", "my_dev_account1234567@acme.example"],
    ["nothing", ""],
  ])("is not %s", (_, text) => {
    expect(keyIn(text)).toBeNull();
  });
});
