import { createFixture, type Fixture } from "@test/support/fixture";
import { type Collector, startCollector } from "@test/support/otlp-collector";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readEnv } from "@/env";
import { createFetchHandler } from "@/gateway/http/fetch-handler";
import { createLogger } from "@/server/core/logger";
import { startTracing, type Tracing } from "@/server/tracing/tracing";

const CALLER = { trace: "0af7651916cd43dd8448eb211c80319c", span: "b7ad6b7169203331" };
const traceparent = (flags: string) => `00-${CALLER.trace}-${CALLER.span}-${flags}`;

let fixture: Fixture;
let secret: string;
let collector: Collector;
let tracing: Tracing | null;

beforeAll(async () => {
  fixture = await createFixture();
  ({ secret } = await fixture.key());
});
afterAll(() => fixture.close());
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(async () => {
  await tracing?.close();
  await collector.close();
  vi.unstubAllEnvs();
});

/** The API, traced as the variables say; the SDK reads them where it finds them. */
async function traced(variables: Record<string, string> = {}) {
  const all = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    ...variables,
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  tracing = await startTracing(readEnv(all), fixture.runtime.logger);
  const app = createFetchHandler({ ...fixture.runtime, tracing });
  return async (path: string, headers: Record<string, string> = {}, method = "GET") => {
    const request = new Request(`http://localhost/api/v1/staging${path}`, { method, headers });
    const answer = await app(request, "192.0.2.7");
    await answer.text();
    return answer;
  };
}

const spanNamed = (name: string) => {
  const [span, ...others] = collector.spans().filter((one) => one.name === name);
  expect([name, span !== undefined, others.length]).toEqual([name, true, 0]);
  if (!span) throw new Error(`There is no span ${name}`);
  return span;
};

describe("A call that is traced", () => {
  test("is a span of its caller's trace, with steps below it and the conventions' attributes", async () => {
    const call = await traced({ OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=lab" });
    const customer = await fixture.customer();
    const answer = await call(`/customers/${customer.id}`, {
      authorization: `Bearer ${secret}`,
      traceparent: traceparent("01"),
      "user-agent": "check/1",
    });
    await tracing?.flush();
    const span = spanNamed("GET /api/v1/staging/customers/{id}");
    expect(span).toMatchObject({ traceId: CALLER.trace, parentSpanId: CALLER.span, kind: 2 });
    expect(span.attributes).toEqual({
      "http.request.method": "GET",
      "http.route": "/api/v1/staging/customers/{id}",
      "http.response.status_code": 200,
      "url.scheme": "http",
      "url.path": `/api/v1/staging/customers/${customer.id}`,
      "client.address": "192.0.2.7",
      "user_agent.original": "check/1",
      "keyward.environment": "staging",
      "keyward.request.id": answer.headers.get("x-request-id"),
      "keyward.key.id": expect.stringMatching(/^key_/),
    });
    const authenticate = spanNamed("authenticate");
    expect(authenticate.parentSpanId).toBe(span.spanId);
    expect(spanNamed("customers.get").parentSpanId).toBe(span.spanId);
    for (const step of ["look up key", "limit"])
      expect(spanNamed(step).parentSpanId).toBe(authenticate.spanId);
    expect(collector.received.map(({ path }) => path)).toEqual(["/v1/traces"]);
    expect(collector.resource()).toMatchObject({
      "service.name": "keyward",
      "service.version": "0.1.0",
      "deployment.environment.name": "lab",
    });
  });

  test("tells of a refusal by its code, and counts it as no error of the server", async () => {
    const call = await traced({ OTEL_SERVICE_NAME: "keys-eu" });
    await call("/key", {}, "GET");
    await call("/nowhere", {}, "REPORT");
    await tracing?.flush();
    const span = spanNamed("GET /api/v1/staging/key");
    expect(span.attributes).toMatchObject({
      "http.response.status_code": 401,
      "error.type": "key_missing",
    });
    expect(span.status.code ?? 0).toBe(0);
    expect(span.parentSpanId ?? "").toBe("");
    expect(spanNamed("HTTP").attributes).not.toHaveProperty("http.route");
    expect(collector.resource()).toMatchObject({ "service.name": "keys-eu" });
  });

  test("has of a gate that is asked by its path none of the client's own, which is another service's", async () => {
    const call = await traced();
    const headers = { authorization: `Bearer ${secret}` };
    await call("/gate/customers:read/reset/one-time-link-42?sig=one-time-link-42", headers, "POST");
    await tracing?.flush();
    expect(spanNamed("POST /api/v1/staging/gate/{permission}").attributes).toMatchObject({
      "url.path": "/api/v1/staging/gate/customers:read",
    });
    expect(collector.received.map(({ text }) => text).join()).not.toContain("one-time-link-42");
  });

  test("takes no credential, no query and no text of an error to the collector", async () => {
    const call = await traced();
    const headers = { authorization: `Bearer ${secret}`, "user-agent": `mixed up ${secret}` };
    await call(`/customers/${secret}?email=ada%40example.com`, headers);
    await call(`/customers?cursor=${secret}`, { ...headers, tracestate: `vendor=${"x".repeat(200)}` });
    await call("/customers", { ...headers, "x-api-key": "another-planted-key" }, "POST");
    await tracing?.flush();
    const text = collector.received.map((one) => one.text).join();
    expect(collector.spans().length).toBeGreaterThan(3);
    for (const planted of [secret, secret.slice(0, -4), "example.com", "another-planted-key", "cursor"])
      expect(text).not.toContain(planted);
  });

  test.each([
    ["its caller does not sample", {}, { traceparent: traceparent("00") }, 0],
    ["the sampler says never", { OTEL_TRACES_SAMPLER: "always_off" }, { traceparent: traceparent("01") }, 0],
    ["the traceparent is none", {}, { traceparent: "00-zz-zz-01" }, 1],
  ])("is sent as sampling has it where %s", async (_where, variables, headers, spans) => {
    const call = await traced(variables);
    await call("/nowhere", headers);
    await tracing?.flush();
    expect(collector.spans()).toHaveLength(spans);
  });

  test("goes out as protobuf where the variables say nothing of it", async () => {
    const call = await traced({ OTEL_EXPORTER_OTLP_PROTOCOL: "" });
    await call("/nowhere");
    await tracing?.flush();
    expect(collector.received.map(({ type }) => type)).toEqual(["application/x-protobuf"]);
  });
});

describe("Calls are not traced", () => {
  const endpoint = "http://127.0.0.1:9";
  test.each([
    ["without an address", {}],
    ["with OTEL_SDK_DISABLED", { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: "TRUE" }],
    [
      "with OTEL_TRACES_EXPORTER=none",
      { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_EXPORTER: "none" },
    ],
  ])("%s", async (_how, variables) => {
    const lines: string[] = [];
    const logger = createLogger("debug", { write: (line) => void lines.push(line) });
    expect([await startTracing(readEnv(variables), logger), lines]).toEqual([null, []]);
  });

  test.each([
    { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "grpc" },
    { OTEL_TRACES_EXPORTER: "zipkin" },
  ])("and the log says why, with %j", async (variables) => {
    const lines: string[] = [];
    const logger = createLogger("debug", { write: (line) => void lines.push(line) });
    const env = readEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...variables });
    expect(await startTracing(env, logger)).toBeNull();
    expect(lines.join("")).toMatch(/Calls are not traced: .*(grpc|zipkin)/);
  });
});

test("A collector that is away costs no call anything but a line in the log, and holds up no stop", async () => {
  const url = collector.url;
  const call = await traced({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
  await collector.close();
  expect((await call("/key", { authorization: `Bearer ${secret}` })).status).toBe(200);
  const startedMs = performance.now();
  await tracing?.close();
  expect(performance.now() - startedMs).toBeLessThan(3_000);
  collector = await startCollector();
});
