import { type Answer, call, expectFieldErrors, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { MAX_API_BODY_BYTES, MAX_FIELD_ERRORS, MAX_JOB_BODY_BYTES } from "@/contracts/bounds";
import { PERMISSIONS } from "@/contracts/permissions";
import type { FieldError } from "@/contracts/problems";
import { ROUTES } from "@/gateway/routes";
import { sampleCall } from "./samples";

const MAX_ANSWER_BYTES = 65_536;

const fixture = suiteFixture();
const api = inProcess(fixture);
let key: string;

beforeAll(async () => {
  key = (await fixture.key({ permissions: PERMISSIONS, rateLimits: { minute: 1_000_000 } })).secret;
});

const post = (path: string, raw: string) => call(api, "POST", `/staging${path}`, { key, raw });

function expectBounded(answer: Answer): void {
  expect(answer.status, answer.text.slice(0, 500)).toBeLessThan(500);
  expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
}

describe("JSON that is nested too deep", () => {
  test.each([
    ["rows of an import", '{"type":"customers.import","input":{"rows":[X]}}', "/jobs"],
    ["metadata", '{"email":"a@acme.example","metadata":X}', "/customers"],
    ["data of an event", '{"events":[{"type":"a","data":X}]}', "/telemetry"],
  ])("is 400 malformed_json in %s, and walked by nobody", async (_what, frame, path) => {
    for (const levels of [40, 4_000, 20_000]) {
      const nest = `${'{"__proto__":1,"a":'.repeat(levels)}1${"}".repeat(levels)}`;
      const answer = await post(path, frame.replace("X", nest));
      expectProblem(answer, "malformed_json");
      expectBounded(answer);
    }
  });
});

describe("A body with more faults than an answer can name", () => {
  const errorsOf = (answer: Answer) => answer.json.errors as FieldError[];

  test("has the length of its lists looked at before their items", async () => {
    const lines = JSON.stringify(Array.from({ length: 190_000 }, () => -1));
    const answer = await post("/jobs", `{"type":"customers.import","input":{"rows":[1],"lines":${lines}}}`);
    expectFieldErrors(answer, { path: "input.lines", code: "too_big" });
    const events = `{"events":[${Array.from({ length: 90_000 }, () => "{}").join()}]}`;
    expectFieldErrors(await post("/telemetry", events), { path: "events", code: "too_big" });
  });

  test("is not even parsed where it has hundreds of thousands of values", async () => {
    const lines = JSON.stringify(Array.from({ length: 340_000 }, () => -1));
    const answer = await post("/jobs", `{"type":"customers.import","input":{"rows":[1],"lines":${lines}}}`);
    expectProblem(answer, "payload_too_large");
    expect(answer.json.detail).toBe("The JSON has more than 250000 values.");
  });

  test("is told the first fifty, and how many there are", async () => {
    const events = Array.from({ length: 1_000 }, () => ({ type: 1, colour: "red" }));
    const answer = await post("/telemetry", JSON.stringify({ events }));
    expect(answer.status).toBe(422);
    expect(errorsOf(answer)).toHaveLength(MAX_FIELD_ERRORS);
    expect(answer.json.detail).toBe("2000 fields are wrong; these are the first 50.");
    expectBounded(answer);
  });

  test("is not told names of its own at length, nor an API key that is one", async () => {
    const { secret } = await fixture.key();
    const fields = { [`${"n".repeat(150)}${secret}`]: 1, ["m".repeat(100_000)]: 1, [secret]: 1 };
    const answer = await post("/customers", JSON.stringify({ email: "a@acme.example", ...fields }));
    expect(errorsOf(answer)).toHaveLength(3);
    for (const { path } of errorsOf(answer)) expect(path.length).toBeLessThanOrEqual(200);
    expect(answer.text).not.toContain(secret.slice(0, 24));
    expectBounded(answer);
  });

  test("with a member named __proto__ in every row is told so fifty times", async () => {
    const row = '{"__proto__":1}';
    const rows = Array.from({ length: 10_000 }, () => row).join();
    const answer = await post("/jobs", `{"type":"customers.import","input":{"rows":[${rows}]}}`);
    expect(errorsOf(answer)).toHaveLength(MAX_FIELD_ERRORS);
    expectBounded(answer);
  });
});

test("whatever a body of the allowed size holds, the answer has at most 64 KiB", async () => {
  const posts = ROUTES.filter(({ input }) => input.body);
  const atom = fc.constantFrom(
    "1",
    "-1",
    '""',
    "null",
    "{}",
    "[]",
    '{"a":1}',
    '{"__proto__":{}}',
    '"\\u0000"',
    '"x y"',
  );
  // Wide: one atom as often as fits. `#` makes each name another one.
  const wide = fc
    .tuple(atom, fc.constantFrom(["[", "", "]"], ["{", '"k#":', "}"], ["{", '"#<b>\\u202e":', "}"]))
    .map(([unit, [open = "", name = "", close = ""]]) => {
      const count = Math.floor(MAX_API_BODY_BYTES / 2 / (unit.length + name.length + 6));
      return `${open}${Array.from({ length: count }, (_, index) => name.replace("#", String(index)) + unit).join()}${close}`;
    });
  const long = atom.map((unit) => JSON.stringify(unit.padEnd(MAX_API_BODY_BYTES / 2, "é\u0000")));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...posts), fc.oneof(wide, long), fc.nat(9), async (route, large, at) => {
      const { method, path, body } = await sampleCall(route, fixture);
      const sample = typeof body === "object" && body !== null ? body : {};
      const field = Object.keys(sample)[at % Math.max(1, Object.keys(sample).length)] ?? "colour";
      const raw = JSON.stringify({ ...sample, [field]: "@" }).replace('"@"', () => large);
      expectBounded(await call(api, method, `/staging${path}`, { key, raw }));
    }),
    { numRuns: 15 },
  );
});

test("a job may be started with 4 MiB, and nothing else with more than 1 MiB", async () => {
  const row = JSON.stringify({ email: "a@acme.example", metadata: { note: "n".repeat(1_000) } });
  const rows = Array.from({ length: 1_100 }, () => row).join();
  const start = `{"type":"customers.import","input":{"rows":[${rows}]}}`;
  expect(start.length).toBeGreaterThan(MAX_API_BODY_BYTES);
  expect((await post("/jobs", start.padEnd(MAX_JOB_BODY_BYTES))).status).toBe(202);
  expectProblem(await post("/jobs", start.padEnd(MAX_JOB_BODY_BYTES + 1)), "payload_too_large");
  const others = ROUTES.filter(({ input, id }) => input.body && id !== "jobs.start");
  expect(others.length).toBeGreaterThan(5);
  for (const route of others) {
    const { method, path, body } = await sampleCall(route, fixture);
    const send = (bytes: number) =>
      call(api, method, `/staging${path}`, { key, raw: JSON.stringify(body ?? {}).padEnd(bytes) });
    expectProblem(await send(MAX_API_BODY_BYTES + 1), "payload_too_large");
    expect((await send(MAX_API_BODY_BYTES)).status, route.name).toBeLessThan(300);
  }
});
