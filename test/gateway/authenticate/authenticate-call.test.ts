// @module-tag long
import { everyRow, newLicense } from "@test/server/services/support";
import { call, expectFieldErrors, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { PERMISSIONS } from "@/contracts/permissions";
import { ROUTES } from "@/gateway/routes";
import { generateKey } from "@/server/core/key-format";
import { createWebhook } from "@/server/services/webhooks";
import { appRouter } from "@/server/trpc/router";
import { sampleCall } from "../samples";
import { textPlaces } from "../text-places";

/** What must be in no row: each with what a search of all rows would find of it. */
const SECRET = generateKey("acme", "production");
const HOSTILE = [
  ["a NUL", "x\u0000y", "\u0000"],
  ["half a character", "x\ud800y", "\ud800"],
  ["an override of the direction", "x\u202ey", "\u202e"],
  ["a space of no width", "x\u200by", "\u200b"],
  ["an API key", `x ${SECRET}`, SECRET.slice(-30)],
  ["a cut-off API key", SECRET.slice(0, -6), SECRET.slice(10, -6)],
] as const;

const fixture = suiteFixture();
const api = inProcess(fixture);
let key: string;
/** A record that is there for each noun of a path. */
const records: Record<string, string> = {};

beforeAll(async () => {
  key = (await fixture.key({ permissions: PERMISSIONS, rateLimits: { minute: 1_000_000 } })).secret;
  records.customers = (await fixture.customer()).id;
  records.licenses = (await newLicense(fixture)).id;
  records.keys = (await fixture.key()).key.id;
  const url = "https://hooks.acme.example";
  const { endpoint } = await createWebhook(fixture.context(), {
    environment: "staging",
    url,
    events: ["license.revoked"],
  });
  records.webhooks = endpoint.id;
});

describe.each(HOSTILE)("A text with %s", (_, hostile, trace) => {
  test.each(ROUTES.filter(({ input }) => input.body).map((route) => [route.name, route] as const))(
    "in any field of %s is no fault, and is in no row of any table",
    async (_, { input, path, method }) => {
      for (const place of textPlaces(input.body as z.ZodType)) {
        const answer = await call(api, method.toUpperCase(), targetOf(path), { key, body: place(hostile) });
        expect(answer.status, JSON.stringify(place("HERE"))).toBeLessThan(500);
        expect(answer.text).not.toContain(trace);
      }
      expect(await rowsWith(trace)).toEqual([]);
    },
  );

  test.each(ROUTES.filter(({ input }) => input.query).map((route) => [route.name, route] as const))(
    "in any parameter of %s is refused",
    async (_, { input, path }) => {
      for (const name of Object.keys(input.query?.shape ?? {})) {
        const query = new URLSearchParams({ [name]: hostile.replace("\ud800", "\u0000") });
        const answer = await call(api, "GET", `${targetOf(path)}?${query}`, { key });
        expectFieldErrors(answer, name);
      }
    },
  );

  test.each(PROCEDURES)("leaves no input of the console's %s as it came", (name, schema) => {
    for (const place of textPlaces(schema)) {
      const parsed = schema.safeParse(place(hostile));
      const kept = JSON.stringify(withoutUnstored(name, parsed.data)) ?? "";
      expect(kept, JSON.stringify(place("HERE"))).not.toContain(JSON.stringify(trace).slice(1, -1));
    }
  });
});

/** A route's path with the id of a record that is there: where it is not, 404 is answered before the body is looked at. */
function targetOf(path: string): string {
  const [, noun = ""] = path.split("/");
  return `/staging${path.replace("{id}", records[noun] ?? "")}`;
}

/** Where the text is found, of all tables, the log's included. */
async function rowsWith(trace: string): Promise<string[]> {
  await fixture.runtime.lastUse.flush();
  await fixture.runtime.requestLog.flush();
  const tables = Object.entries(await everyRow(fixture));
  const inJson = JSON.stringify(trace).slice(1, -1);
  return tables.flatMap(([name, rows]) => (JSON.stringify(rows).includes(inJson) ? [name] : []));
}

test("Every place for a text is found, so that the tests above look at them", () => {
  const counts = ROUTES.filter(({ input }) => input.body).map(({ input, name }) => [
    name,
    [...textPlaces(input.body as z.ZodType)].length,
  ]);
  expect(Object.fromEntries(counts)).toMatchObject({ "POST /customers": expect.any(Number) });
  expect(counts.filter(([, count]) => count === 0)).toEqual([]);
  const [, name] = [
    ...textPlaces(z.strictObject({ a: z.string(), b: z.object({ c: z.array(z.string()) }) })),
  ];
  expect(name?.("x")).toEqual({ a: "", b: { c: ["x"] } });
});

test.each(
  ROUTES.filter(({ input, path }) => input.body && path.includes("{id}")).map((r) => [r.name, r] as const),
)("%s finds the record to which the texts above are sent", async (_, { input, path, method }) => {
  const [place] = textPlaces(input.body as z.ZodType);
  const answer = await call(api, method.toUpperCase(), targetOf(path), { key, body: place?.("plain") });
  expect(answer.status, answer.text).not.toBe(404);
});

/** Every procedure of the console that takes input. */
const PROCEDURES = Object.entries(appRouter._def.procedures).flatMap(([name, procedure]) => {
  const { inputs } = (procedure as unknown as { _def: { inputs: z.ZodType[] } })._def;
  return inputs.map((schema) => [name, schema] as const);
});

test("The console's procedures are found: as many as take input", () => {
  expect(PROCEDURES.length).toBeGreaterThan(60);
});

test.each([
  ...ROUTES.flatMap(({ name, input }) => (input.body ? [[name, input.body] as const] : [])),
  ...PROCEDURES,
])(
  "%s takes everything of an input but the text: where a plain one is refused, then for itself",
  (_, schema) => {
    for (const place of textPlaces(schema as z.ZodType)) {
      const input = place("plain");
      for (const { path, message } of schema.safeParse(input).error?.issues ?? []) {
        const refused = path.reduce<unknown>(
          (value, name) => (value as Record<PropertyKey, unknown>)?.[name],
          input,
        );
        expect(JSON.stringify(refused), `${JSON.stringify(input)}: ${path.join(".")} ${message}`).toContain(
          "plain",
        );
      }
    }
  },
);

/**
 * Fields that are compared or hashed and never stored, and rows that the verb looks through (test/server/jobs). Beside
 * these there is `cursor`, of whose letters a key may consist: it is read, and refused unless Keyward wrote it.
 */
const UNSTORED: Record<string, string[]> = {
  "setUp.complete": ["token", "password"],
  "invitations.find": ["token"],
  "invitations.accept": ["token", "password"],
  "profile.changePassword": ["present", "next"],
  // Binary data in base64url, whose letters a key may have: of a registration the public key is kept, as bytes.
  "passkeys.register": ["registration.response"],
  "profile.confirmIdentity": ["password", "code", "passkey.response"],
  "profile.renewRecoveryCodes": ["passkey.response"],
  "profile.requestEmailChange": ["password"],
  "profile.unlinkIdentity": ["issuer"],
  "signIn.resetPassword": ["token", "password"],
  "signIn.confirmEmail": ["token"],
  "keys.delete": ["name"],
  // Asks whose key it is: made into a digest before anything else, and kept nowhere (services/keys/identify.test.ts).
  "keys.identify": ["key"],
  "jobs.start": ["input.rows"],
};

function withoutUnstored(procedure: string, input: unknown): unknown {
  const copy = structuredClone(input) as Record<string, unknown> | undefined;
  for (const path of ["cursor", ...(UNSTORED[procedure] ?? [])]) {
    const [name = "", inner] = path.split(".");
    const within = inner === undefined ? copy : (copy?.[name] as Record<string, unknown> | undefined);
    if (within) delete within[inner ?? name];
  }
  return copy;
}

// Of a gate that is asked by a path, the query is that of a client of somebody else's.
test.each(ROUTES.filter(({ asks }) => asks !== "path").map((route) => [route.name, route] as const))(
  "%s refuses a query parameter that it does not have, in the words for a field",
  async (_, route) => {
    const { method, path, body } = await sampleCall(route, fixture);
    const query = path.includes("?") ? "&" : "?";
    const answer = await call(api, method, `/staging${path}${query}unheard_of=1`, { key, body });
    expectFieldErrors(answer, { path: "unheard_of", code: "unknown_field" });
  },
);

test.each(
  ROUTES.filter(({ input }) => input.query?.shape.limit).map((route) => [route.name, route] as const),
)("%s says of a wrong limit, and of one that is given twice, what is wanted", async (_, { path }) => {
  const target = targetOf(path);
  for (const limit of ["", "abc", "1e1", "0x10", "+5", "5.0", "0", "101"]) {
    const answer = await call(api, "GET", `${target}?limit=${limit}`, { key });
    expect(answer.json.detail, limit).toBe("limit: Must be a whole number from 1 to 100");
  }
  const twice = await call(api, "GET", `${target}?limit=5&limit=6`, { key });
  expectFieldErrors(twice, { path: "limit", code: "repeated" });
  expect(twice.json.detail).toBe("limit: Must be given once");
});
