import { type CallOptions, call, inProcess } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, expect, test } from "vitest";
import { customerPageSchema } from "@/gateway/routes/schemas";

const fixture = suiteFixture();
const api = inProcess(fixture);
let key: string;

const page = customerPageSchema;

beforeAll(async () => {
  key = (await fixture.key({ rateLimits: { minute: 100_000 } })).secret;
});

const run = (method: string, path: string, options: CallOptions = {}) =>
  call(api, method, `/staging${path}`, { key, ...options });

const HOSTILE = [
  "'; drop table customers; --",
  "\\'; select pg_sleep(9) --",
  '<script>alert("1")</script><img src=x onerror=alert(1)>',
  "#{7*7} {{7*7}} %s %n $1 :name",
  "\u05e9\u05dc\u05d5\u05dd \ud83d\ude00 \u00e9 \ud83d\udc69\u200d\ud83d\udcbb \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
  "=cmd|' /C calc'!A0",
];

test.each(HOSTILE)("%s is stored and returned verbatim, as JSON, in every text field", async (text) => {
  const body = { email: newEmail(), name: text, metadata: { [text.slice(0, 40).trim()]: text } };
  const answer = await run("POST", "/customers", { body });
  expect(answer.status).toBe(201);
  expect(answer.json).toMatchObject(body);
  expect(answer.headers.get("content-type")).toBe("application/json");
  const [row] = await fixture.runtime.databases.owner.$client`
      select email, name, metadata from customers where id = ${String(answer.json.id)}`;
  expect(row).toEqual(body);
  const renamed = await run("PATCH", `/customers/${answer.json.id}`, { body: { name: `${text}!` } });
  expect(renamed.json).toMatchObject({ name: `${text}!` });
  const search = encodeURIComponent(text.slice(0, 100));
  expect((await run("GET", `/customers?search=${search}`)).read(page).data).toContainEqual(renamed.json);
  expect((await run("GET", "/customers")).read(page).data).toContainEqual(renamed.json);
});

test("odd addresses, names of Object's own members, and the ends of number are kept", async () => {
  const metadata = {
    constructor: "a",
    toString: 1,
    hasOwnProperty: null,
    max: 1.7976931348623157e308,
    min: 5e-324,
    tenth: 0.1,
  };
  const body = { email: "o'reilly+drop--table_x@acme.example", metadata };
  const answer = await run("POST", "/customers", { body });
  expect(answer.json).toMatchObject(body);
  expect((await run("GET", `/customers/${answer.json.id}`)).json).toEqual(answer.json);
});

test("metadata of 10 KB, and of 8 levels, is kept as it came", async () => {
  const levels = { a: { b: { c: { d: { e: { f: { g: [1, null, "x"] } } } } } } };
  const metadata = { levels: levels.a, large: "" };
  metadata.large = "v".repeat(10_240 - JSON.stringify(metadata).length);
  const body = { email: newEmail(), name: "n".repeat(200), metadata };
  expect((await run("POST", "/customers", { body })).json).toMatchObject(body);
});

test("percent-encodings of what needs none mean what they encode", async () => {
  expect((await run("GET", "/%63ustomers?%6cimit=%31")).read(page).data).toHaveLength(1);
  expect((await run("GET", "/customers?search=%")).status).toBe(200);
});
