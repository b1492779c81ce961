import {
  type Answer,
  type CallOptions,
  call,
  type Door,
  expectProblem,
  inProcess,
} from "@test/support/calls";
import { createWorld, type World } from "@test/support/world";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PERMISSIONS } from "@/contracts/permissions";
import { PROBLEMS, type ProblemCode } from "@/contracts/problems";
import { encodeCursor } from "@/server/core/cursor";
import { ROUTES } from "@/server/rest/routes";
import { sampleCall } from "./samples";

const RUNS = 300;

let world: World;
let door: Door;
let key: string;

beforeAll(async () => {
  world = await createWorld();
  door = inProcess(world);
  key = (await world.key({ permissions: PERMISSIONS, rateLimits: { minute: 1_000_000 } })).secret;
});
afterAll(() => world?.close());

const route = fc.constantFrom(...ROUTES);
/** Any text, also with NUL, halves of surrogate pairs and names that every object has. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("\u0000", "\ud800", "'", "%", "\\", "a") }),
);
const value = fc.oneof(
  text,
  fc.jsonValue(),
  fc.constantFrom("a@acme.example", 1e308, -0, [], {}, { a: [{}] }),
);

/** JSON, but for the routes that declare otherwise. */
const SUCCESS_TYPES = ROUTES.flatMap(({ responses }) =>
  Object.values(responses).map(({ contentType = "application/json" }) => contentType),
);

/** Whatever was sent: an answer of the contract, and never a fault of ours. */
function expectContract(answer: Answer): void {
  expect(answer.status, answer.text).toBeLessThan(500);
  if (answer.status < 400) return void expect(SUCCESS_TYPES).toContain(answer.headers.get("content-type"));
  const { type, title, status, detail, instance, requestId, code, ...extensions } = answer.json;
  expect(Object.keys(PROBLEMS)).toContain(code);
  expectProblem(answer, code as ProblemCode, extensions);
}

/** A sample call of the route with some of its body's fields replaced, and others added. */
async function spoiledCall(one: (typeof ROUTES)[number], changes: object): Promise<Answer> {
  const { method, path, body } = await sampleCall(one, world);
  const spoiled = typeof body === "object" ? { ...body, ...changes } : changes;
  const options: CallOptions = method === "GET" ? { key } : { key, body: spoiled };
  return call(door, method, `/staging${path}`, options);
}

test("any JSON body gets an answer of the contract", async () => {
  await fc.assert(
    fc.asyncProperty(route, fc.json({ stringUnit: "binary" }), async (one, raw) => {
      const { method, path } = await sampleCall(one, world);
      const options = method === "GET" ? { key } : { key, raw };
      expectContract(await call(door, method, `/staging${path}`, options));
    }),
    { numRuns: RUNS },
  );
});

test("a good body with any values and any further fields gets an answer of the contract", async () => {
  const fields = fc.constantFrom("email", "name", "metadata", "__proto__", "constructor");
  await fc.assert(
    fc.asyncProperty(route, fc.dictionary(fc.oneof(fields, text), value), async (one, changes) => {
      expectContract(await spoiledCall(one, changes));
    }),
    { numRuns: RUNS },
  );
});

test("any metadata gets an answer of the contract, and what is stored comes back", async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(text, value), async (metadata) => {
      const body = { email: `${crypto.randomUUID()}@acme.example`, metadata };
      const answer = await call(door, "POST", "/staging/customers", { key, body });
      expectContract(answer);
      if (answer.status === 201) {
        const stored = await call(door, "GET", `/staging/customers/${answer.json.id}`, { key });
        expect(stored.json).toEqual(answer.json);
      }
    }),
    { numRuns: RUNS },
  );
});

test("any bytes as a body get an answer of the contract", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      expectContract(await call(door, "POST", "/staging/customers", { key, raw: Buffer.from(bytes) }));
    }),
    { numRuns: RUNS },
  );
});

test("any query string gets an answer of the contract", async () => {
  const names = fc.oneof(fc.constantFrom("limit", "cursor", "search", "__proto__"), text);
  const pairs = fc.array(fc.tuple(names, fc.oneof(text, fc.integer().map(String), fc.json())), {
    maxLength: 5,
  });
  const encoded = pairs.map((list) => new URLSearchParams(list).toString());
  await fc.assert(
    fc.asyncProperty(route, fc.oneof(encoded, fc.webQueryParameters(), fc.string()), async (one, query) => {
      const { method, path, body } = await sampleCall(one, world);
      const [bare] = path.split("?");
      // A # would end the request target before it is sent.
      const target = `/staging${bare}?${query.replaceAll("#", "%23")}`;
      expectContract(await call(door, method, target, { key, body }));
    }),
    { numRuns: RUNS },
  );
});

test("any position in a cursor, and any id in a path, get an answer of the contract", async () => {
  const part = fc.oneof(
    text,
    fc.integer(),
    fc.constantFrom("next", "previous", "cus_", "key_"),
    text.map((end) => `cus_${end}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 4 }), text, async (position, id) => {
      const cursor = encodeCursor(position);
      expectContract(await call(door, "GET", `/staging/customers?cursor=${cursor}`, { key }));
      const segment = encodeURIComponent(Buffer.from(id).toString()) || "-";
      expectContract(await call(door, "GET", `/staging/customers/${segment}`, { key }));
    }),
    { numRuns: RUNS },
  );
});

test("any credential gets an answer of the contract", async () => {
  const header = fc.string({
    unit: fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code)),
  });
  await fc.assert(
    fc.asyncProperty(header, header, async (one, other) => {
      const headers = { authorization: one, "x-api-key": other, "idempotency-key": one };
      expectContract(await call(door, "GET", "/staging/key", { headers }));
      expectContract(
        await call(door, "GET", "/staging/key", { headers: { authorization: `Bearer ${one}` } }),
      );
    }),
    { numRuns: RUNS },
  );
});

test("none of it was a fault of ours", () => {
  expect(world.log()).not.toContain('"level":50');
});
