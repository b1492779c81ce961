import { type CallOptions, call, expectFieldErrors, expectProblem, inProcess } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeCursor } from "@/server/core/cursor";
import { newId } from "@/server/core/ids";

const fixture = suiteFixture();
const api = inProcess(fixture);
let key: string;
let present: number;

beforeAll(async () => {
  key = (await fixture.key({ rateLimits: { minute: 100_000 } })).secret;
});

const run = (method: string, path: string, options: CallOptions = {}) =>
  call(api, method, `/staging${path}`, { key, ...options });
const create = (raw: BodyInit) => run("POST", "/customers", { raw });

async function count(): Promise<number> {
  const [row] = await fixture.runtime.databases.owner.$client`
    select (select count(*) from customers)::int + (select count(*) from idempotency_records)::int as rows`;
  return row?.rows;
}

describe("refused, and nothing stored:", () => {
  beforeAll(async () => {
    await fixture.customer();
    present = await count();
  });
  afterAll(async () => {
    expect(await count()).toBe(present);
    expect(fixture.log()).not.toContain('"level":"error"');
  });

  test.each([
    ["nothing", ""],
    ["blanks", "  \n"],
    ["half an object", '{"email":"a@acme.example"'],
    ["a comma too many", '{"email":"a@acme.example",}'],
    ["single quotes", "{'email':'a@acme.example'}"],
    ["undefined", "undefined"],
    ["NaN", '{"email":"a@acme.example","metadata":{"a":NaN}}'],
    ["a raw line feed in a text", '{"email":"a@acme.example","name":"a\nb"}'],
    ["two documents", "{}{}"],
    ["300,000 open brackets", "[".repeat(300_000)],
    ["UTF-16", Buffer.from('{"email":"a@acme.example"}', "utf16le")],
    [
      "a byte that is not UTF-8",
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('"}')]),
    ],
    [
      "an encoded surrogate",
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    ],
  ])("a body of %s is 400 malformed_json", async (_what, raw) => {
    expectProblem(await create(raw), "malformed_json");
  });

  test.each(["null", "[]", '["a"]', '"text"', "1", "true"])("a body that is %s is 422", async (raw) => {
    expectFieldErrors(await create(raw), "");
  });

  test("fields that are unknown are 422, each of them, and so are those that only the server sets", async () => {
    const body = {
      email: newEmail(),
      id: newId("cus"),
      environment: "production",
      createdAt: "2020-01-01T00:00:00Z",
      nmae: "",
    };
    const unknown = (path: string) => ({ path, code: "unknown_field" });
    const answer = await run("POST", "/customers", { body });
    expectFieldErrors(answer, unknown("id"), unknown("environment"), unknown("createdAt"), unknown("nmae"));
    expectFieldErrors(
      await create(`{"email":"${newEmail()}","__proto__":{"name":"a"}}`),
      unknown("__proto__"),
    );
    const metadata = await create(`{"email":"${newEmail()}","metadata":{"__proto__":"a"}}`);
    expectFieldErrors(metadata, unknown("metadata.__proto__"));
  });

  test("a change with one unknown field is one error", async () => {
    const { id } = await fixture.customer();
    present += 1;
    const change = (body: object) => run("PATCH", `/customers/${id}`, { body });
    expectFieldErrors(await change({ nmae: "Eve" }), { path: "nmae", code: "unknown_field" });
    expectFieldErrors(await change({}), { path: "", code: "custom" });
  });

  const email = "a@acme.example";
  const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) });
  test.each<[string, object, string]>([
    ["no e-mail address", {}, "email"],
    ["a number for one", { email: 1 }, "email"],
    ["null for one", { email: null }, "email"],
    ["two of them", { email: [email, email] }, "email"],
    ["a text that is none", { email: "a.acme.example" }, "email"],
    ["one with a NUL", { email: "a\u0000@acme.example" }, "email"],
    ["one that is not ASCII", { email: "ä@acme.example" }, "email"],
    ["one with a line feed", { email: "a@acme.example\nBcc: b@acme.example" }, "email"],
    ["one of 255 characters", { email: `${"a".repeat(242)}@acme.example` }, "email"],
    ["a number for a name", { email, name: 1 }, "name"],
    ["an object for a name", { email, name: {} }, "name"],
    ["one with 65 characters before the @", { email: `${"a".repeat(65)}@acme.example` }, "email"],
    ["an empty name", { email, name: "" }, "name"],
    ["a name of blanks", { email, name: " \t\n " }, "name"],
    ["a name of 201 characters", { email, name: "a".repeat(201) }, "name"],
    ["a name of 10,000 characters", { email, name: "a".repeat(10_000) }, "name"],
    ["a name with a NUL", { email, name: "a\u0000b" }, "name"],
    ["a name with an escape character", { email, name: "\u001b[31mred" }, "name"],
    ["a name with half a surrogate pair", { email, name: "a\ud800b" }, "name"],
    ["a name that turns the direction of writing", { email, name: "a\u202eb" }, "name"],
    ["a name with a space that nobody sees", { email, name: "a\u200bb" }, "name"],
    ["a name of a megabyte", { email, name: "e\u0301\u0327".repeat(200_000) }, "name"],
    ["null for metadata", { email, metadata: null }, "metadata"],
    ["a list for metadata", { email, metadata: [1] }, "metadata"],
    ["a text for metadata", { email, metadata: "{}" }, "metadata"],
    ["metadata of more than 10 KB", { email, metadata: { a: "v".repeat(10_233) } }, "metadata"],
    ["metadata of more than 8 levels", { email, metadata: nested(9) }, "metadata"],
    ["metadata of more than 10,240 members", { email, metadata: { a: Array(10_241).fill(1) } }, "metadata"],
    ["a key with a NUL", { email, metadata: { "a\u0000": 1 } }, "metadata.a\ufffd"],
    ["a key with half a surrogate pair", { email, metadata: { "\udfff": 1 } }, "metadata.\ufffd"],
    ["a key deep inside with a NUL", { email, metadata: { a: [{ "b\u0000": 1 }] } }, "metadata.a.0.b\ufffd"],
    [
      "a key that is there in two forms",
      { email, metadata: { "\u00e9": 1, "e\u0301": 2 } },
      "metadata.\u00e9",
    ],
    ["a value deep inside with a NUL", { email, metadata: { a: [{ b: "\u0000" }] } }, "metadata.a.0.b"],
    ["a value with a NUL", { email, metadata: { a: "\u0000" } }, "metadata.a"],
    ["a value with half a surrogate pair", { email, metadata: { a: "\udc00" } }, "metadata.a"],
  ])("%s is 422 at the field", async (_what, body, field) => {
    expectFieldErrors(await run("POST", "/customers", { body }), field);
  });

  test("a number too large for JSON's own arithmetic is 422", async () => {
    expectFieldErrors(await create(`{"email":"${email}","metadata":{"a":1e400}}`), "metadata.a");
  });

  test.each([
    ...[
      "limit=0",
      "limit=101",
      "limit=abc",
      "limit=",
      "limit=1.5",
      "limit=-1",
      "limit=1e400",
      "limit=1e1",
      "limit=0x10",
      "limit=+5",
      "limit=%2B5",
      "limit=%205",
      "limit=5.0",
      "limit=\u0665",
      "limit=%ZZ",
    ].map((query) => [query, "limit"]),
    ["limit=5&limit=6", "limit"],
    ["search=a&search=b", "search"],
    ["search=%00", "search"],
    [`search=${"a".repeat(101)}`, "search"],
    ["page=2", "page"],
    ["__proto__=1", "__proto__"],
    ["cursor=", "cursor"],
    ["cursor=garbage", "cursor"],
    ["cursor=a&cursor=b", "cursor"],
    [`cursor=${"A".repeat(513)}`, "cursor"],
    [`cursor=${"A".repeat(10_000)}`, "cursor"],
    [`cursor=${encodeCursor(["next", "", newId("key")])}`, "cursor"],
    [`cursor=${encodeCursor(["next", "", "cus_\u0000"])}`, "cursor"],
    [`cursor=${encodeCursor(["next", "\u0000", newId("cus")])}`, "cursor"],
    [`cursor=${encodeCursor(["sideways", "", newId("cus")])}`, "cursor"],
    [`cursor=${encodeCursor([newId("cus")])}`, "cursor"],
    [`cursor=${Buffer.from('{"id":"cus_"}').toString("base64url")}`, "cursor"],
  ])("?%s is 422 at the parameter", async (query, parameter) => {
    expectFieldErrors(await run("GET", `/customers?${query}`), parameter ?? "");
  });

  test("ids that cannot be one are 404 not_found, whatever is done with them", async () => {
    const good = newId("cus");
    const odd = [
      "cus_",
      "0",
      good.toUpperCase(),
      newId("key"),
      `cus_8${good.slice(5)}`,
      `${good}0`,
      `${good}%00`,
      `${good}%0A`,
    ];
    const paths = [
      ...odd,
      "..%2F",
      "%2e%2e%2fkey",
      "%ZZ",
      "%",
      "%E0%A4%A",
      "%ff",
      "';drop table customers;--",
      "a".repeat(9_000),
    ];
    for (const id of paths) {
      for (const [method, body] of [["GET"], ["PATCH", { name: "Eve" }], ["DELETE"]] as const) {
        expectProblem(await run(method, `/customers/${id}`, { body }), "not_found");
      }
    }
  });

  test("methods that nobody has are 405 method_not_allowed at a known path, 404 at an unknown one", async () => {
    for (const method of ["FOO", "PROPFIND", "get2", "PATCHY"]) {
      expectProblem(await run(method, "/customers"), "method_not_allowed");
      expectProblem(await run(method, "/nowhere"), "not_found");
    }
  });

  test.each(["", "a b", "a\tb", "ä", "a".repeat(256)])(
    "Idempotency-Key %j is 400 invalid_request",
    async (value) => {
      const headers = { "idempotency-key": value };
      expectProblem(await run("POST", "/customers", { body: { email }, headers }), "invalid_request");
    },
  );
});
