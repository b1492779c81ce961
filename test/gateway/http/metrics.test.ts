// @module-tag long
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createFixture, type Fixture } from "@test/support/fixture";
import { startOwnPostgres } from "@test/support/own-postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { oneStrangerAtATime } from "@/gateway/http/console-turns";
import { createFront } from "@/gateway/http/front";
import { metricsEndpoints } from "@/gateway/http/metrics";
import { gatewayListener } from "@/gateway/http/node-listener";
import { createHttpServer } from "@/gateway/http/server";
import { ROUTES } from "@/gateway/routes";
import { REQUESTS_TABLE } from "@/server/clickhouse/requests-table";
import { API_ROLE } from "@/server/database/connections";
import { OWNER } from "@/server/embedded-postgres/ownership";

const TOKEN = "a-token-for-prometheus";

/** The whole front with an API, and a console that says which path it was asked for. */
async function serve(fixture: Fixture): Promise<{ server: Server; metrics: Server | null; url: string }> {
  const { runtime } = fixture;
  const { listener, server: metrics } = metricsEndpoints(runtime);
  const front = createFront(runtime, {
    api: gatewayListener(runtime),
    metrics: listener,
    console: (request, response) => void response.writeHead(404).end(`console ${request.url}`),
    maxConsoleBody: async () => 0,
    consoleRefusal: () => null,
  });
  const server = createHttpServer(runtime, front);
  for (const one of [server, metrics]) if (one) await once(one.listen(0, "127.0.0.1"), "listening");
  return { server, metrics, url: urlOf(server) };
}

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** What a scrape has of one metric, without its comments. */
const seriesOf = (text: string, name: string) =>
  text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

describe("With METRICS_TOKEN", () => {
  let fixture: Fixture;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    fixture = await createFixture({ METRICS_TOKEN: TOKEN });
    ({ server, url } = await serve(fixture));
  });
  afterAll(async () => {
    server.close();
    await fixture.close();
  });

  const scrape = async () => {
    const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    return answer.text();
  };

  test.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Bearer ${TOKEN}x`,
    `bearer${TOKEN}`,
    TOKEN,
    `Basic ${TOKEN}`,
    `Bearer ${"x".repeat(10_000)}`,
  ])("nobody has the metrics for %j", async (authorization) => {
    const answer = await fetch(
      `${url}/metrics`,
      authorization === undefined ? {} : { headers: { authorization } },
    );
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer /);
    expect(await answer.text()).not.toContain("keyward_");
  });

  test("a HEAD has the head alone, and no other method anything", async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const head = await fetch(`${url}/metrics`, { method: "HEAD", headers });
    expect(head.status).toBe(200);
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(1_000);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const answer = await fetch(`${url}/metrics`, { method, headers, body: method === "POST" ? "x" : null });
      expect([method, answer.status, answer.headers.get("allow")]).toEqual([method, 405, "GET, HEAD"]);
    }
  });

  test("a path below or beside it is the console's", async () => {
    for (const path of ["/metrics/", "/metrics/x", "/metricsx"])
      expect(await (await fetch(url + path)).text()).toBe(`console ${path}`);
  });

  test("calls are counted by the template of their route, with how long they took", async () => {
    const { secret } = await fixture.key();
    const customer = await fixture.customer();
    const headers = { authorization: `Bearer ${secret}` };
    for (const path of [customer.id, customer.id, "cus_nobody"])
      await fetch(`${url}/api/v1/staging/customers/${path}`, { headers });
    const text = await scrape();
    expect(seriesOf(text, "keyward_http_requests_total")).toEqual(
      expect.arrayContaining([
        'keyward_http_requests_total{route="/customers/{id}",method="GET",status="200"} 2',
        'keyward_http_requests_total{route="/customers/{id}",method="GET",status="404"} 1',
      ]),
    );
    expect(text).toContain(
      'keyward_http_request_duration_seconds_count{route="/customers/{id}",method="GET"} 3',
    );
    expect(seriesOf(text, "keyward_limiter_decisions_total")).toEqual([
      'keyward_limiter_decisions_total{degraded="false"} 3',
    ]);
    expect(text).not.toContain(customer.id);
    expect(text).not.toContain(secret);
  });

  test("refusals are counted by code and check, also those of what never became a call", async () => {
    await fetch(`${url}/api/v1/key`, { headers: { authorization: "Bearer nonsense" } });
    await fetch(`${url}/api/v1/key`);
    await fetch(`${url}/api/health`, { method: "POST" });
    expect(seriesOf(await scrape(), "keyward_refusals_total")).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^keyward_refusals_total\{code="key_invalid",check="shape"\} \d$/),
        expect.stringMatching(/^keyward_refusals_total\{code="key_missing",check="credential"\} \d$/),
        expect.stringMatching(/^keyward_refusals_total\{code="method_not_allowed",check="none"\} \d+$/),
      ]),
    );
  });

  test("two thousand unknown paths, methods and hostile names of them make no series of their own", async () => {
    // Node's own come and go with what the process does.
    const linesOf = (text: string) => text.split("\n").filter((line) => line.startsWith("keyward_")).length;
    const before = linesOf(await scrape());
    const { app } = await gateway(fixture);
    for (let at = 0; at < 2_000; at++) {
      const path = at % 2 ? `/customers/${"x".repeat(at % 3_000)}/${at}` : `/nowhere-"}\\n${at}`;
      await app(`http://localhost/api/v1${path}`, at % 3 ? "GET" : `M${at}`);
    }
    const text = await scrape();
    expect(
      seriesOf(text, "keyward_http_requests_total").filter((line) => line.includes('"none"')),
    ).toHaveLength(2);
    // Two of requests, two of durations with their classes, one of refusals.
    expect(linesOf(text) - before).toBeLessThan(2 * 20);
    const routes = new Set([...text.matchAll(/route="([^"]*)"/g)].map(([, route]) => route));
    const declared = new Set([...ROUTES.map(({ path }) => path as string), "none"]);
    expect([...routes].filter((route) => !declared.has(route ?? ""))).toEqual([]);
  });

  test("every metric has help, a type and a name of Prometheus' conventions", async () => {
    const text = await scrape();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    expect(types.length).toBeGreaterThan(30);
    for (const [, name, type] of types) {
      expect(text).toContain(`# HELP ${name} `);
      expect(name).toMatch(/^(keyward|nodejs|process)_[a-z0-9_]+$/);
      if (name?.startsWith("keyward_"))
        expect([name, name.endsWith("_total")]).toEqual([name, type === "counter"]);
    }
  });

  test("jobs, sessions, pools, the log and the build have their figures", async () => {
    const text = await scrape();
    for (const line of [
      'keyward_up{part="postgres"} 1',
      'keyward_up{part="limiter"} 1',
      'keyward_jobs{status="queued"} 0',
      "keyward_jobs_oldest_wait_seconds 0",
      "keyward_sessions 0",
      'keyward_log_mode{keeps="everything"} 1',
      'keyward_log_mode{keeps="counts"} 0',
      'keyward_pool_places{pool="staging"} 4',
      'keyward_limiter_info{kind="memory"} 1',
      "keyward_clock_skew_seconds 0",
      'keyward_build_info{version="0.1.0"} 1',
    ])
      expect(text.split("\n")).toContain(line);
    expect(Number(seriesOf(text, "keyward_database_bytes")[0]?.split(" ")[1])).toBeGreaterThan(1_000_000);
  });
});

describe("Of the metrics", () => {
  const NAME = /\b(?:keyward|nodejs|process)_[a-z0-9_]+/g;
  const namesIn = (file: string) =>
    new Set(
      [...readFileSync(file, "utf8").matchAll(NAME)].map(([name]) =>
        name.replace(/_(bucket|sum|count)$/, ""),
      ),
    );
  /** Roles of the database, and the table in ClickHouse, are called alike. */
  const OTHERS = [API_ROLE, OWNER, REQUESTS_TABLE];
  let registered: string[];

  beforeAll(async () => {
    const fixture = await createFixture({ METRICS_PORT: "0", CLICKHOUSE_URL: "http://127.0.0.1:1" });
    const nobody = { cookieOf: () => null, isSignedIn: async () => false };
    oneStrangerAtATime(fixture.runtime, nobody, () => undefined);
    metricsEndpoints(fixture.runtime);
    registered = fixture.runtime.metrics?.registry.getMetricsAsArray().map(({ name }) => name) ?? [];
    await fixture.close();
  });

  test.each(["docs/grafana-dashboard.json", "docs/operations.md"])("all that %s names are there", (file) => {
    const named = [...namesIn(file)].filter((name) => !OTHERS.includes(name));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !registered.includes(name))).toEqual([]);
  });

  test("all that are Keyward's own are on the dashboard", () => {
    const shown = namesIn("docs/grafana-dashboard.json");
    const own = registered.filter((name) => name.startsWith("keyward_"));
    expect(own.filter((name) => !shown.has(name))).toEqual([]);
  });
});

/** The API without its HTTP, for ten thousand calls. */
async function gateway({ runtime }: Fixture) {
  const { createFetchHandler } = await import("@/gateway/http/fetch-handler");
  const app = createFetchHandler(runtime);
  return { app: async (url: string, method: string) => void (await app(new Request(url, { method }))) };
}

test("Without a setting there is no such path, and nothing is counted", async () => {
  const fixture = await createFixture();
  const { server, url, metrics } = await serve(fixture);
  const answer = await fetch(`${url}/metrics`);
  expect([answer.status, await answer.text()]).toEqual([404, "console /metrics"]);
  expect([fixture.runtime.metrics, metrics]).toEqual([null, null]);
  server.close();
  await fixture.close();
});

test("On a port of their own they need no token, are all that is there, and nowhere else", async () => {
  const fixture = await createFixture({ METRICS_PORT: "0" });
  const { server, url, metrics } = await serve(fixture);
  if (!metrics) throw new Error("There is a port for them.");
  expect(await (await fetch(`${urlOf(metrics)}/metrics`)).text()).toContain("keyward_up");
  expect((await fetch(`${urlOf(metrics)}/api/v1/key`)).status).toBe(404);
  expect(await (await fetch(`${url}/metrics`)).text()).toBe("console /metrics");
  server.close();
  metrics.close();
  await fixture.close();
});

test("A token that is set counts on a port of their own, too", async () => {
  const fixture = await createFixture({ METRICS_PORT: "0", METRICS_TOKEN: TOKEN });
  const { server, metrics } = await serve(fixture);
  if (!metrics) throw new Error("There is a port for them.");
  expect((await fetch(`${urlOf(metrics)}/metrics`)).status).toBe(401);
  server.close();
  metrics.close();
  await fixture.close();
});

test("While Postgres stands still a scrape answers within two seconds without what Postgres has, and has it again after", async () => {
  const postgres = await startOwnPostgres();
  const fixture = await createFixture({ METRICS_PORT: "0" }, undefined, postgres);
  const { server, metrics } = await serve(fixture);
  if (!metrics) throw new Error("There is a port for them.");
  const scrape = async () => (await fetch(`${urlOf(metrics)}/metrics`)).text();
  try {
    expect(await scrape()).toContain('keyward_up{part="postgres"} 1');
    postgres.freeze();
    const startedMs = performance.now();
    const away = await Promise.all(Array.from({ length: 20 }, scrape));
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    for (const text of away) {
      expect(text).toContain('keyward_up{part="postgres"} 0');
      expect(text).toContain("keyward_http_request_duration_seconds");
      expect(text).not.toMatch(/^keyward_(jobs|sessions|database_bytes|jobs_oldest_wait_seconds)[ {]/m);
    }
    postgres.thaw();
    await vi.waitFor(async () => expect(await scrape()).toMatch(/^keyward_sessions 0$/m), 15_000);
  } finally {
    server.close();
    metrics.close();
    await fixture.close();
    await postgres.drop();
  }
}, 60_000);
