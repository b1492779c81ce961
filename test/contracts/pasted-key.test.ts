import { describe, expect, test } from "vitest";
import { keyIn, maskKey } from "@/contracts/pasted-key";
import { displayForm, generateKey } from "@/server/core/key-format";

const KEY = generateKey("kw", "production");

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
    ["percent-encoded", KEY.replaceAll("_", "%5f"), KEY],
    ["with a capital that a phone gave it", `K${KEY.slice(1)}`, `K${KEY.slice(1)}`],
  ])("is found %s", (_, text, expected = text) => {
    expect(keyIn(text)).toBe(expected);
  });

  test.each([
    ["a display form", displayForm(KEY)],
    ["the beginning that a list shows", KEY.slice(0, 12)],
    ["a name", "data_prod_administrator"],
    ["an id", "key_01m8gpz7pbenfaqjxxyc2v9k4t"],
    ["an e-mail address", "my_dev_account1234567@acme.example"],
    ["nothing", ""],
  ])("is not %s", (_, text) => {
    expect(keyIn(text)).toBeNull();
  });

  test("is shown in its display form", () => {
    expect(maskKey(KEY)).toBe(displayForm(KEY));
  });
});
