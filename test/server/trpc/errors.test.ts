import type { Fixture } from "@test/support/fixture";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { suiteFixture } from "@test/support/suite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAX_PROCEDURE_BODY_BYTES } from "@/contracts/bounds";
import { readEnv } from "@/env";
import { newId } from "@/server/core/ids";
import { createLogger } from "@/server/core/logger";
import { createRuntime } from "@/server/runtime/create";
import { appRouter } from "@/server/trpc/router";
import { sqlOf } from "../services/support";
import { call, ORIGIN, type SignedInAdmin, send, signedIn } from "./support";

const fixture = suiteFixture();
let owner: SignedInAdmin;

beforeAll(async () => {
  owner = await signedIn(fixture, "owner");
});

const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

function ask(type: "query" | "mutation", path: string, input: unknown) {
  return call(fixture, type, path, input, { cookie: owner.cookie, traceparent: TRACE });
}

describe("A refusal tells the page", () => {
  test("its code, its status, the id of the request, and nothing besides", async () => {
    const answer = await ask("query", "keys.get", { id: newId("key") });
    expect(answer.status).toBe(404);
    expect(answer.error?.message).toBe("There is nothing here, or it is not within your reach.");
    expect(answer.error?.data).toEqual({
      code: "not_found",
      requestId: expect.stringMatching(/^req_[0-7][0-9a-z]{25}$/),
      errors: [],
      httpStatus: 404,
    });
    expect((await ask("query", "keys.get", { id: newId("key") })).error?.data.requestId).toBe(
      answer.error?.data.requestId,
    );
  });

  test("every wrong field, with its path: what a schema found and what a verb found alike, as 422", async () => {
    const wrong = { name: "", environment: "moon", permissions: ["x"], rateLimits: { minute: 0 }, extra: 1 };
    const bySchema = await ask("mutation", "keys.create", wrong);
    expect(bySchema.status).toBe(422);
    expect(bySchema.error?.message).toBe("5 fields are wrong.");
    expect(bySchema.error?.data).toMatchObject({
      code: "validation_failed",
      errors: [
        { path: "name", message: "Must not be empty" },
        { path: "environment" },
        { path: "permissions.0" },
        { path: "rateLimits.minute" },
        { path: "extra", code: "unknown_field" },
      ],
    });

    const { key } = await fixture.key();
    const byVerb = await ask("mutation", "keys.update", { id: key.id, expiresAt: "2020-01-01T00:00:00Z" });
    expect(byVerb).toMatchObject({
      status: 422,
      error: {
        message: "expiresAt: Must be in the future",
        data: { code: "validation_failed", errors: [{ path: "expiresAt", code: "past" }] },
      },
    });
  });

  test("as JSON, also where a batch is refused as a whole", async () => {
    const mixed = await ask("mutation", "keys.list,keys.revoke?batch=1", { 0: {}, 1: {} });
    expect([mixed.status, mixed.contentType]).toEqual([400, "application/json"]);
    expect(mixed.text).toContain("invalid_request");
  });

  test("a conflict and a wrong state as 409", async () => {
    const { key } = await fixture.key({ name: "Live" });
    expect(await ask("mutation", "keys.delete", { id: key.id, name: "Live" })).toMatchObject({
      status: 409,
      error: { data: { code: "invalid_state" } },
    });

    const { email } = await fixture.customer();
    expect(await ask("mutation", "customers.create", { email, environment: "staging" })).toMatchObject({
      status: 409,
      error: { data: { code: "conflict" } },
    });
  });

  test.each([
    ["a NUL in a filter", "audit.list", { subjectId: "a\u0000b" }],
    ["a NUL in a search", "keys.list", { search: "a\u0000b" }],
    ["half a surrogate pair in a search", "customers.list", { search: "\ud800" }],
    ["a forged cursor", "keys.list", { cursor: "x" }],
    ["a page of a million", "keys.list", { limit: 1_000_000 }],
    ["an id of another kind", "keys.get", { id: newId("cus") }],
    ["no input at all", "keys.get", undefined],
  ])("a wrong field, and no fault, for %s", async (_, path, input) => {
    expect(await ask("query", path, input)).toMatchObject({
      status: 422,
      error: { data: { code: "validation_failed" } },
    });
  });
});

describe("What is no call of a procedure is refused as what it is:", () => {
  const request = (path: string, init: RequestInit = {}) =>
    new Request(`http://localhost:3000/api/trpc/${path}`, {
      ...init,
      headers: {
        cookie: owner.cookie,
        "content-type": "application/json",
        origin: ORIGIN,
        traceparent: TRACE,
        ...init.headers,
      },
    });

  test.each([
    ["a procedure there is not", () => request("keys.steal"), 404, "not_found"],
    ["a name of JavaScript's own", () => request("__proto__.constructor"), 404, "not_found"],
    [
      "a change by GET, as a link on another site would make it",
      () => request("keys.create?input=%7B%7D"),
      405,
      "method_not_allowed",
    ],
    [
      "a form of another site",
      () =>
        request("keys.create", { method: "POST", body: "name=x", headers: { "content-type": "text/plain" } }),
      415,
      "unsupported_media_type",
    ],
    [
      "a body that is no JSON",
      () => request("keys.create", { method: "POST", body: "{" }),
      400,
      "invalid_request",
    ],
    ["input that is no JSON", () => request("keys.list?input=%7B"), 400, "invalid_request"],
  ])("%s", async (_, made, status, code) => {
    const answer = await send(fixture, made());
    expect(answer.error?.data).toMatchObject({ code, httpStatus: status });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain("stack");
  });
});

describe("A fault", () => {
  test("says nothing but the id under which our log has the rest", async () => {
    const sql = sqlOf(fixture);
    await sql`alter table customers rename column metadata to broken`;
    const answer = await ask("query", "customers.list", {});
    await sql`alter table customers rename column broken to metadata`;
    expect(answer.status).toBe(500);
    expect(answer.error).toEqual({
      code: -32603,
      message: "Something went wrong on our side. The request id leads to the details.",
      data: { code: "internal", requestId: expect.any(String), errors: [], httpStatus: 500 },
    });

    const logged = fixture
      .log()
      .split("\n")
      .find((line) => line.includes("A procedure failed"));
    expect(JSON.parse(logged ?? "{}")).toMatchObject({
      requestId: answer.error?.data.requestId,
      procedure: "customers.list",
      err: { messages: expect.arrayContaining([expect.stringContaining("metadata")]) },
    });
  });

  test("of a change says nothing of the change either, and stores nothing of it", async () => {
    const sql = sqlOf(fixture);
    await sql`alter table audit_events add constraint broken check (action <> 'key.create') not valid`;
    const input = { name: "Secret plan", environment: "staging", permissions: ["jobs:read"] };
    const answer = await ask("mutation", "keys.create", input);
    await sql`alter table audit_events drop constraint broken`;
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/Secret plan|insert|constraint|kw_stag|postgres/i);
    expect(await sql`select from api_keys where name = 'Secret plan'`).toHaveLength(0);
  });
});

describe("While Postgres is away", () => {
  const lines: string[] = [];
  const away: Fixture["runtime"] = createRuntime(
    readEnv({ NODE_ENV: "test" }),
    createLogger("info", { write: (line) => void lines.push(line) }),
    {
      url: "postgres://nobody:hidden-password@127.0.0.1:1/none",
      pepper: PEPPER,
      sessionSecret: SESSION_SECRET,
    },
  );

  test.each([
    ["with a session", () => ({ cookie: owner.cookie })],
    ["without one", () => ({})],
  ])("every call is told to try again later, under an id that the log has (%s)", async (_, headers) => {
    const path = "cookie" in headers() ? "keys.list" : "setUp.needed";
    const input = path === "keys.list" ? {} : undefined;
    const answer = await call({ ...fixture, runtime: away }, "query", path, input, headers());
    expect(answer).toMatchObject({ status: 503, error: { data: { code: "unavailable" } } });
    expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|hidden-password/);
    const requestId = String(answer.error?.data.requestId);
    expect(requestId).toMatch(/^req_/);
    expect(lines.join("")).toContain(requestId);
    expect(lines.join("")).not.toContain("hidden-password");
  });

  afterAll(() => away.databases.end());
});

describe("Out of bounds is", () => {
  const refused = async (url: string, init: RequestInit = {}) => {
    const headers = { "content-type": "application/json", origin: ORIGIN, cookie: owner.cookie };
    return send(fixture, new Request(`${ORIGIN}/api/trpc/${url}`, { headers, ...init }));
  };
  const anonymous = { headers: { "content-type": "application/json", origin: ORIGIN } };
  const padded = (bytes: number) => `{}${" ".repeat(bytes - 2)}`;

  test("a batch of more than twenty calls, of more than four without a session, or with names longer than any", async () => {
    const names = (count: number) => Array.from({ length: count }, () => "setUp.needed").join();
    expect((await refused(`${names(20)}?batch=1&input=%7B%7D`)).status).toBe(200);
    expect(await refused(`${names(21)}?batch=1&input=%7B%7D`)).toMatchObject({ status: 400 });
    expect((await refused(`${names(4)}?batch=1&input=%7B%7D`, anonymous)).status).toBe(200);
    expect(await refused(`${names(5)}?batch=1&input=%7B%7D`, anonymous)).toMatchObject({
      status: 401,
      error: { message: "Sign in to continue.", data: { code: "key_missing" } },
    });
    expect((await refused(`${names(5).replaceAll(",", "%2C")}?batch=1&input=%7B%7D`, anonymous)).status).toBe(
      401,
    );
    expect(await refused("x".repeat(1_001))).toMatchObject({
      status: 404,
      error: { data: { code: "not_found", httpStatus: 404 } },
    });
  });

  test("input nested deeper than 32 levels, in the body or in the address", async () => {
    const deep = "[".repeat(40) + "]".repeat(40);
    const input = encodeURIComponent(deep);
    for (const answer of [
      await refused("keys.create", { method: "POST", body: deep }),
      await refused(`keys.list?input=${input}`),
    ]) {
      expect(answer).toMatchObject({ status: 400, error: { data: { code: "malformed_json" } } });
    }
  });

  test("more than a million values, of which an import has fewer", async () => {
    const body = `{"rows":[${"1,".repeat(1_000_000)}1]}`;
    expect(await refused("jobs.start", { method: "POST", body })).toMatchObject({
      status: 413,
      error: { data: { code: "payload_too_large" } },
    });
  });

  test("a patch of metadata, which is the public API's: the console's forms hold all of it", async () => {
    for (const [procedure, id] of [
      ["customers.update", newId("cus")],
      ["licenses.update", newId("lic")],
    ] as const) {
      const body = JSON.stringify({ id, metadataPatch: {} });
      expect(await refused(procedure, { method: "POST", body })).toMatchObject({
        status: 422,
        error: { data: { errors: [{ path: "metadataPatch", code: "unknown_field" }] } },
      });
    }
  });

  test("a body of more than 64 KiB without a session, and of more than 2 MiB with one; an import may be larger", async () => {
    const post = (path: string, bytes: number, init: RequestInit = {}) =>
      refused(path, { method: "POST", body: padded(bytes), ...init });
    const tooLarge = { status: 413, error: { data: { code: "payload_too_large", httpStatus: 413 } } };
    expect(await post("setUp.complete", 65_537, anonymous)).toMatchObject(tooLarge);
    expect(await post("jobs.start", 65_537, anonymous)).toMatchObject(tooLarge);
    expect((await post("setUp.complete", 65_536, anonymous)).status).toBe(422);
    expect(await post("keys.create", 2_097_153)).toMatchObject(tooLarge);
    expect((await post("keys.create", 2_097_152)).status).toBe(422);
    expect((await post("jobs.start", 2_097_153)).status).toBe(422);
  });
});

test("every procedure that takes more than others is one", () => {
  for (const name of MAX_PROCEDURE_BODY_BYTES.keys())
    expect(appRouter._def.procedures).toHaveProperty([name]);
});

test("A batch answers each call by itself: one refusal does not take the others with it", async () => {
  const { key } = await fixture.key();
  const input = encodeURIComponent(JSON.stringify({ 0: { id: key.id }, 1: { id: newId("key") } }));
  const url = `http://localhost:3000/api/trpc/keys.get,keys.get?batch=1&input=${input}`;
  const { status, text } = await send(fixture, new Request(url, { headers: { cookie: owner.cookie } }));
  expect(status).toBe(207);
  expect(JSON.parse(text)).toMatchObject([
    { result: { data: { id: key.id } } },
    { error: { data: { code: "not_found" } } },
  ]);
});
