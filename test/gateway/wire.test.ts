// @module-tag long
import {
  type CallOptions,
  call,
  expectCommonHeaders,
  expectProblem,
  type PublicApi,
} from "@test/support/calls";
import { type Fixture, newEmail } from "@test/support/fixture";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { MOUNTS, type Mount } from "@test/support/mounts";
import { exchange, rawAnswer } from "@test/support/raw";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROBLEMS } from "@/contracts/problems";

const TWO_MIB = 2 * 1_048_576;

describe.each(MOUNTS)("HTTP, mounted as %s", (mountName) => {
  let mounted: MountedFixture;
  let fixture: Fixture;
  let mount: Mount;
  let api: PublicApi;
  let key: string;
  let customer: string;

  beforeAll(async () => {
    mounted = await createMountedFixture(mountName);
    ({ fixture: fixture, mount, api: api } = mounted);
    key = (await fixture.key({ rateLimits: { minute: 100_000 } })).secret;
    customer = `/customers/${(await fixture.customer()).id}`;
  });
  afterAll(() => mounted?.close());

  const run = (method: string, path: string, options: CallOptions = {}) =>
    call(api, method, `/staging${path}`, { key, ...options });

  test("HEAD has the status and headers of GET, and no body", async () => {
    for (const [path, options] of [[customer], [customer, { key: "wrong" }], ["/nowhere"]] as const) {
      const [get, head] = [await run("GET", path, options), await run("HEAD", path, options)];
      expect([head.status, head.text]).toEqual([get.status, ""]);
      for (const name of ["content-type", "www-authenticate", "ratelimit-policy"]) {
        expect(head.headers.get(name)).toBe(get.headers.get(name));
      }
      expectCommonHeaders(head);
    }
  });

  test("unknown paths are 404 not_found, with and without a key", async () => {
    for (const path of [
      "",
      "/nowhere",
      "/staging",
      "/staging/nowhere",
      "/qa/customers",
      `/staging${customer}/x`,
    ]) {
      expectProblem(await call(api, "GET", path, { key }), "not_found");
      expectProblem(await call(api, "GET", path), "not_found");
    }
  });

  test("known paths refuse other methods with 405 method_not_allowed, and Allow names theirs", async () => {
    const paths = [
      ["/key", ["GET", "HEAD"]],
      ["/customers", ["GET", "HEAD", "POST"]],
      [customer, ["DELETE", "GET", "HEAD", "PATCH"]],
    ] as const;
    for (const [path, methods] of paths) {
      for (const method of ["PUT", "OPTIONS", ...(path === "/key" ? ["POST", "PATCH", "DELETE"] : [])]) {
        const answer = await run(method, path);
        expectProblem(answer, "method_not_allowed");
        expect(answer.headers.get("allow")?.split(", ").sort()).toEqual(methods);
      }
    }
  });

  test("a body that is not announced as JSON is refused with 415 unsupported_media_type", async () => {
    const raw = JSON.stringify({ email: newEmail() });
    for (const type of ["", "text/plain", "application/jsonp", "text/plain; application/json", "*/*"]) {
      const answer = await run("POST", "/customers", { raw, headers: { "content-type": type } });
      expectProblem(answer, "unsupported_media_type");
    }
    for (const type of [
      "application/json",
      "APPLICATION/JSON; charset=UTF-8",
      'application/json;charset="utf-8"',
      "application/json; charset=utf8",
      "application/json; version=1; x",
      "application/json;",
    ]) {
      const body = { email: newEmail() };
      const answer = await run("POST", "/customers", { body, headers: { "content-type": type } });
      expect(answer.status, type).toBe(201);
    }
  });

  test("a body with a Content-Encoding is refused with 415, which says what is taken instead", async () => {
    const body = { email: newEmail() };
    const answer = await run("POST", "/customers", { body, headers: { "content-encoding": "gzip" } });
    expectProblem(answer, "unsupported_media_type");
    expect(answer.headers.get("accept-encoding")).toBe("identity");
    const plain = await run("POST", "/customers", { body, headers: { "content-encoding": "identity" } });
    expect(plain.status).toBe(201);
  });

  test("a body of zero bytes is none, whatever its type: where it is optional the call is answered", async () => {
    const { secret } = await fixture.key({ permissions: ["licenses:manage"] });
    for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
      const headers = { "content-type": type, "content-length": "0" };
      const made = await call(api, "POST", "/staging/licenses", {
        key: secret,
        body: { product: "Editor" },
      });
      const path = `/staging/licenses/${made.json.id}/suspend`;
      expect((await call(api, "POST", path, { key: secret, raw: "", headers })).status, type).toBe(200);
    }
    expectProblem(await run("POST", "/customers", { raw: "" }), "malformed_json");
  });

  test("a path that stands for itself is no id: other methods are 405 there, and Allow names its own", async () => {
    for (const method of ["GET", "HEAD", "PATCH", "DELETE"]) {
      const answer = await run(method, "/licenses/validate");
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe("POST");
    }
  });

  test("a body of 2 MiB is refused with 413 payload_too_large, with and without Content-Length", async () => {
    const text = JSON.stringify({ email: newEmail(), name: "x".repeat(TWO_MIB) });
    // Often: a server that closes while the rest is still on its way takes its answer back, now and then.
    for (let time = 0; time < 10; time++) {
      expectProblem(await run("POST", "/customers", { raw: text }), "payload_too_large");
      expectProblem(await run("POST", "/customers", { raw: inChunks(text) }), "payload_too_large");
    }
  });

  test("a body of just 1 MiB is read", async () => {
    const start = `{"email":"${newEmail()}"`;
    const raw = `${start}${" ".repeat(1_048_576 - start.length - 1)}}`;
    expect((await run("POST", "/customers", { raw })).status).toBe(201);
    expectProblem(await run("POST", "/customers", { raw: `${raw} ` }), "payload_too_large");
  });

  test("the probes need no key, and tell whether Postgres and the limiter answer", async () => {
    const health = await fetch(`${mount.url}/api/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
    const ready = await fetch(`${mount.url}/api/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        status: "ready",
        postgres: "ok",
        log: "everything",
        limiter: "ok",
        isolation: mountName === "main.ts" ? "logins" : "shared",
        // Of one machine: within half a second.
        clockSkewMs: expect.closeTo(0, -3),
      },
    ]);
    for (const probe of [health, ready]) expect(probe.headers.get("cache-control")).toBe("no-store");
  });

  test("the description is made once: with a tag that saves sending it again, and compressed for whoever takes that", async () => {
    const plain = await call(api, "GET", "/openapi.json", { headers: { "accept-encoding": "identity" } });
    const tag = plain.headers.get("etag") ?? "";
    expect(tag).toMatch(/^W\/"[\w-]+"$/);
    expect(plain.headers.get("vary")).toContain("Accept-Encoding");
    expect(plain.headers.get("content-encoding")).toBeNull();
    const zipped = await call(api, "GET", "/openapi.json", {
      headers: { "accept-encoding": "br, gzip;q=0.5" },
    });
    expect([zipped.headers.get("content-encoding"), zipped.text]).toEqual(["gzip", plain.text]);
    const refused = await call(api, "GET", "/openapi.json", {
      headers: { "accept-encoding": "gzip;q=0, *;q=0" },
    });
    expect(refused.headers.get("content-encoding")).toBeNull();
    for (const known of [tag, tag.slice(2), `"other", ${tag}`, "*"]) {
      const answer = await call(api, "GET", "/openapi.json", { headers: { "if-none-match": known } });
      expect([answer.status, answer.text, answer.headers.get("etag")]).toEqual([304, "", tag]);
      expectCommonHeaders(answer);
    }
    const changed = await call(api, "GET", "/openapi.json", { headers: { "if-none-match": '"other"' } });
    expect(changed.status).toBe(200);
  });

  test("the description needs no key, and names every environment's endpoint of this deployment", async () => {
    const answer = await call(api, "GET", "/openapi.json");
    expect(answer.status).toBe(200);
    expectCommonHeaders(answer);
    const urls = ["production", "staging", "development"].map((name) => `${mount.url}/api/v1/${name}`);
    expect(answer.json).toMatchObject({ openapi: "3.1.0", servers: urls.map((url) => ({ url })) });
  });
});

/** What no fetch would send, straight onto a socket. */
describe("main.ts, sent raw bytes", () => {
  let mounted: MountedFixture;
  let mount: Mount;
  let key: string;

  beforeAll(async () => {
    mounted = await createMountedFixture("main.ts");
    mount = mounted.mount;
    key = (await mounted.fixture.key()).secret;
  });
  afterAll(() => mounted?.close());

  async function expectRawProblem(bytes: string, code: keyof typeof PROBLEMS): Promise<void> {
    const { status, headers, body } = rawAnswer(await exchange(mount.url, bytes));
    expect(status, body).toBe(PROBLEMS[code].status);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(JSON.parse(body)).toMatchObject({ code, requestId: headers.get("x-request-id") });
  }

  const get = (target: string, ...lines: string[]) =>
    [`GET ${target} HTTP/1.1`, ...lines, "Connection: close", "", ""].join("\r\n");

  test("answers a key of a megabyte with 431 headers_too_large, as a problem document", async () => {
    const bytes = get(
      "/api/v1/staging/key",
      "Host: keyward.test",
      `Authorization: Bearer ${"k".repeat(1_048_576)}`,
    );
    // Often: a server that closes while the rest is still on its way takes its answer back, now and then.
    for (let time = 0; time < 30; time++) await expectRawProblem(bytes, "headers_too_large");
  });

  test("answers what is no HTTP, or no host, with 400 invalid_request, as a problem document", async () => {
    await expectRawProblem("NONSENSE\r\n\r\n", "invalid_request");
    await expectRawProblem(get("/api/v1/staging/key", "Host: a b"), "invalid_request");
  });

  test("takes a request target in absolute form (RFC 9112, section 3.2.2)", async () => {
    const target = `${mount.url}/api/v1/staging/key`;
    const answer = await exchange(mount.url, get(target, "Host: keyward.test", `X-API-Key: ${key}`));
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    await expectRawProblem(get(`${mount.url}/api/v1/nowhere`, "Host: keyward.test"), "not_found");
  });
});

function inChunks(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(sent, sent + 65_536));
      sent += 65_536;
    },
  });
}
