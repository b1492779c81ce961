// @module-tag long
import { call } from "@test/support/calls";
import { type Console, signIn } from "@test/support/console";
import { newEmail } from "@test/support/fixture";
import { MEMORY_PROBE, memoryOf } from "@test/support/memory";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { MOUNTS, type MountName } from "@test/support/mounts";
import { exchange, exchangeEndless, exchangeInTwo, type RawAnswer, rawAnswer } from "@test/support/raw";
import { loggedCalls } from "@test/support/requests";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MIB } from "@/contracts/bounds";
import { PROBLEMS, type ProblemCode } from "@/contracts/problems";
import { createAdmin } from "@/server/services/admins";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };

let mounted: MountedFixture;
let key: string;

/** One of each mount for all suites. */
const running = new Map<MountName, { mounted: MountedFixture; key: string }>();
afterAll(() => Promise.all([...running.values()].map((one) => one.mounted.close())));

function setUpOn(name: MountName): void {
  beforeAll(async () => {
    const one = running.get(name) ?? (await start(name));
    running.set(name, one);
    ({ mounted, key } = one);
  });
}

async function start(name: MountName) {
  const mounted = await createMountedFixture(name, MEMORY_PROBE);
  const { secret } = await mounted.fixture.key({ rateLimits: { minute: 100_000 } });
  await createAdmin(mounted.fixture.context(), { ...OWNER, role: "owner", name: "" });
  return { mounted, key: secret };
}

/** One request, line by line; the connection ends after it. */
async function ask(target: string, ...lines: string[]): Promise<RawAnswer> {
  const [method, path] = target.includes(" ") ? target.split(" ", 2) : ["GET", target];
  const head = [`${method} ${path} HTTP/1.1`, "Host: keyward.test", ...lines, "Connection: close", "", ""];
  return rawAnswer(await exchange(mounted.mount.url, head.join("\r\n")));
}

function expectProblem(answer: RawAnswer, code: ProblemCode): void {
  expect(answer.status, answer.body).toBe(PROBLEMS[code].status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(JSON.parse(answer.body)).toMatchObject({ code, requestId: answer.headers.get("x-request-id") });
}

describe.each(MOUNTS)("A stranger's body, sent to %s", (name) => {
  setUpOn(name);

  const sameOrigin = () => `Origin: ${mounted.mount.url}`;
  // Where Next serves alone the hosting's connections are not ours to close: Node reads the rest and drops it.
  const ours = name === "main.ts";

  test.each([
    ["POST /api/trpc/setUp.complete", ours ? 400 : 100, 413],
    ["POST /api/auth/_log", 50, ours ? 413 : 404],
    ["POST /api/auth/callback/credentials", 50, 413],
    ["POST /api/trpc/keys.create,keys.revoke?batch=1", 50, 413],
    ["POST /sign-in", 50, ours ? 413 : null],
    ["PUT /nowhere", 50, ours ? 413 : null],
  ])("of %s and %d MB is not taken into memory", async (target, megabytes, status) => {
    const type = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close";
    const head = `${target} HTTP/1.1\r\nHost: keyward.test\r\n${sameOrigin()}\r\n${type}\r\n\r\n`;
    // The first request to a page loads its code, which stays.
    const [method, path] = target.split(" ");
    await (await fetch(mounted.mount.url + path, { method })).text();
    const before = await memoryOf(mounted.mount);
    const answer = rawAnswer(await exchangeEndless(mounted.mount.url, head, megabytes * MIB));
    if (status) expect(answer.status).toBe(status);
    const after = await memoryOf(mounted.mount);
    expect(after.kept - before.kept).toBeLessThan(20 * MIB);
    expect(after.peak).toBeLessThan(20 * MIB);
    expect((await call(mounted.api, "GET", "/staging/key", { key })).status).toBe(200);
  });

  test("that nobody reads takes no answer away from a caller who sends it whole before reading", async () => {
    const body = "x".repeat(1_500_000);
    for (const [target, status] of [
      ["POST /api/v1/staging/customers", 401],
      ["PUT /api/v1/staging/customers", 405],
      ["POST /api/v1/nowhere", 404],
      ["PUT /api/trpc/setUp.complete", ours ? 413 : 405],
      ["POST /api/nowhere", ours ? 413 : 404],
    ] as const) {
      const head = `${target} HTTP/1.1\r\nHost: keyward.test\r\n${sameOrigin()}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
      const times = Array.from({ length: 5 }, () => exchangeInTwo(mounted.mount.url, head, body));
      for (const text of await Promise.all(times))
        expect(rawAnswer(text).status, `${target} ${text}`).toBe(status);
    }
  });

  test("that announces too much is refused before any of it has come", async () => {
    const answer = await ask(
      "POST /api/trpc/setUp.complete",
      sameOrigin(),
      "Content-Type: application/json",
      "Content-Length: 400000000",
    );
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body).error.data).toMatchObject({ code: "payload_too_large", httpStatus: 413 });
    const form = await ask("POST /api/auth/callback/credentials", sameOrigin(), "Content-Length: 400000000");
    expect(form.status).toBe(413);
    if (name === "main.ts") expectProblem(form, "payload_too_large");
  });

  test("is taken from an administrator: 2 MiB for a procedure, and a file of rows for an import", async () => {
    const owner = (await signIn(mounted.mount, OWNER)) as Console;
    const name = "x".repeat(100);
    const row = () => ({ email: newEmail(), name, metadata: { note: name, plan: name } });
    const rows = Array.from({ length: 9_000 }, row);
    const input = { type: "customers.import", environment: "staging", input: { rows } };
    expect(JSON.stringify(input).length).toBeGreaterThan(2 * MIB);
    expect((await owner.mutate("jobs.start", input)).status).toBe(200);
    const create = { email: newEmail(), environment: "staging", name: "x".repeat(MIB) };
    expect((await owner.mutate("customers.create", create)).status).toBe(422);
    const large = await owner.mutate("customers.create", { ...create, name: "x".repeat(2 * MIB) });
    expect([large.status, JSON.parse(large.text).error.data.code]).toEqual([413, "payload_too_large"]);
  });
});

describe.each(MOUNTS)("The spelling of a path, on %s:", (name) => {
  setUpOn(name);

  /** The answer to a spelling, after the one redirect that Next gives to doubled slashes. */
  async function follow(target: string, ...lines: string[]): Promise<RawAnswer> {
    const answer = await ask(target, ...lines);
    return answer.status === 308 ? ask(answer.headers.get("location") ?? "", ...lines) : answer;
  }

  test.each([
    "/./api/v1/staging/key",
    "/x/../api/v1/staging/key",
    "/_next/../api/v1/staging/key",
    "/_next/static/%2e%2e/../api/v1/staging/key",
    "//api/v1/staging/key",
    "/api//v1/staging/key",
    "/%61pi/v1/staging/key",
    // Next alone sends a target in absolute form on to itself; hostings never hand one to it.
    ...(name === "main.ts"
      ? ["http://a.test/api/v1/staging/key", "http://a.test/x/../api/v1/staging/key"]
      : []),
  ])("%s is the same call, of the same client", async (target) => {
    const answer = await follow(target, `X-API-Key: ${key}`, "X-Forwarded-For: 198.51.100.77");
    // Where Next serves alone some of these are no path to it; on ours each is the same call.
    if (name === "Next catch-all" && answer.status === 404) return;
    expect(answer.status, answer.body).toBe(200);
    const { lastUsedAt: _lastUsedAt, ...itself } = JSON.parse(answer.body);
    const plain = await call(mounted.api, "GET", "/staging/key", { key });
    expect(plain.json).toMatchObject(itself);
    await expect
      .poll(
        async () => {
          const logged = await loggedCalls(mounted.fixture.runtime.databases.owner.$client);
          return logged.find(({ request_id }) => request_id === answer.headers.get("x-request-id"));
        },
        { timeout: 10_000 },
      )
      .toMatchObject({ address: "198.51.100.77", path: "/api/v1/staging/key" });
  });

  test.each([
    "/api/v1/staging/key/",
    "/api/v1/",
    "/api%2Fv1/staging/key",
    // Next alone answers with a fault of its own, before anything of ours has seen the path.
    ...(name === "main.ts" ? ["/api/v1/staging/customers/%ff", "/api/v1/%"] : []),
  ])("%s is 404", async (target) => {
    expect((await ask(target, `X-API-Key: ${key}`)).status).toBe(404);
  });

  test.each([
    "/%",
    "/%00",
    "/\\",
    "/%5c",
    ...(name === "main.ts"
      ? ["/api-keys/%ff", "/problems/%ff", "/problems/%E0%A4%A", "/licenses/%c0%af"]
      : []),
  ])("%s is no fault", async (target) => {
    const answer = await follow(target);
    expect(answer.status, answer.body.slice(0, 300)).toBeLessThan(500);
  });
});

describe("A proxy's path to the gate on main.ts, with its client's path behind it,", () => {
  setUpOn("main.ts");
  const prefix = "/api/v1/staging/gate/customers:read";

  test.each([
    "/../../key",
    "/x/../../../key",
    "/%2e%2e/jobs:read/x",
    "/..\\..\\key",
    "/./../../../openapi.json",
  ])("is not led elsewhere by %s: the 200 of another path would open what the gate guards", async (path) => {
    for (const target of [prefix + path, `POST ${prefix}${path}?a=b`]) {
      expectProblem(await ask(target, `X-API-Key: ${key}`), "not_found");
    }
  });

  test("is the gate's as long as it stays below", async () => {
    for (const path of ["", "/", "//x", "/a/../b", "/..a", "/x?y=/../../../key"]) {
      const answer = await ask(`DELETE ${prefix}${path}`, `X-API-Key: ${key}`);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers.get("x-keyward-permissions")).toBe("customers:read,customers:write");
    }
  });
});

describe("main.ts, asked for what it does not speak,", () => {
  setUpOn("main.ts");

  test.each([
    [
      "HTTP/2",
      ["Connection: Upgrade, HTTP2-Settings, close", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"],
    ],
    [
      "a web socket",
      [
        "Connection: Upgrade, close",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: eA==",
        "Sec-WebSocket-Version: 13",
      ],
    ],
  ])(
    "answers the call to a caller who would rather have %s, on the API and on pages",
    async (_what, lines) => {
      // Twice: Next listens for upgrades from its first request on.
      for (let time = 0; time < 2; time++) {
        for (const path of ["/api/v1/staging/key", "/problems", "/api/health"]) {
          const head = [`GET ${path} HTTP/1.1`, "Host: keyward.test", `X-API-Key: ${key}`, ...lines, "", ""];
          expect(rawAnswer(await exchange(mounted.mount.url, head.join("\r\n"))).status, path).toBe(200);
        }
      }
    },
  );

  test("answers 417 to an Expect of something else, and lets 100-continue send its body", async () => {
    expectProblem(await ask("/api/v1/staging/key", "Expect: x"), "expectation_failed");
    const body = JSON.stringify({ email: newEmail() });
    const text = await exchange(
      mounted.mount.url,
      `POST /api/v1/staging/customers HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(text).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201 /);
  });

  test("answers 400 to two hosts, to none in HTTP/1.1, and to one that is none, in every plane", async () => {
    for (const path of ["/api/v1/staging/key", "/api/health", "/sign-in", "/api/auth/session"]) {
      expectProblem(await ask(path, "Host: other.test"), "invalid_request");
      const one = async (...lines: string[]) =>
        rawAnswer(
          await exchange(
            mounted.mount.url,
            [`GET ${path} HTTP/1.1`, ...lines, "Connection: close", "", ""].join("\r\n"),
          ),
        );
      expectProblem(await one(), "invalid_request");
      expectProblem(await one("Host: a b"), "invalid_request");
      expectProblem(await one("Host: a/b"), "invalid_request");
    }
  });

  test("answers HTTP/1.0 without a host, as a load balancer's probe", async () => {
    for (const path of ["/api/health", "/api/ready", "/api/v1/staging/key", "/problems"]) {
      const bytes = `GET ${path} HTTP/1.0\r\nX-API-Key: ${key}\r\n\r\n`;
      expect(rawAnswer(await exchange(mounted.mount.url, bytes)).status, path).toBe(200);
    }
  });

  test("answers 431 to more than a hundred headers, and takes a hundred", async () => {
    const headers = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: ${index}`);
    // Host and Connection are two more.
    expect((await ask("/api/health", ...headers(98))).status).toBe(200);
    expectProblem(await ask("/api/health", ...headers(99)), "headers_too_large");
    expectProblem(await ask("/api/v1/staging/key", ...headers(300)), "headers_too_large");
  });

  test("answers 404 to what is no path, and 400 to whoever takes it for a proxy", async () => {
    for (const method of ["GET", "OPTIONS"]) expectProblem(await ask(`${method} *`), "not_found");
    expectProblem(await ask("CONNECT keyward.test:443"), "invalid_request");
  });

  test("answers a method that no page takes with 405, and logs no fault", async () => {
    const said = mounted.mount.output().length;
    for (const method of ["TRACE", "PROPFIND"]) {
      for (const path of ["/", "/sign-in", "/api/auth/csrf", "/api/trpc/keys.list", "/nowhere"]) {
        const answer = await ask(`${method} ${path}`);
        expect([method, path, answer.status, answer.headers.get("allow")]).toEqual([
          method,
          path,
          405,
          "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        ]);
      }
    }
    expect(mounted.mount.output().slice(said)).not.toContain('"level":"error"');
  });

  test("answers other methods on the probes with 405", async () => {
    const answer = await ask("POST /api/health");
    expectProblem(answer, "method_not_allowed");
    expect(answer.headers.get("allow")).toBe("GET, HEAD");
  });
});

describe("Two Authorization headers, to main.ts,", () => {
  setUpOn("main.ts");

  test("let nobody in, in whatever order: what stands in front may have looked at the other", async () => {
    const [good, bad] = [`Authorization: Bearer ${key}`, "Authorization: Bearer other"];
    expect((await ask("/api/v1/staging/key", good)).status).toBe(200);
    expectProblem(await ask("/api/v1/staging/key", good, bad), "key_invalid");
    expectProblem(await ask("/api/v1/staging/key", bad, good), "key_invalid");
  });
});
