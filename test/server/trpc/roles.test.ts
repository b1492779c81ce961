import { call as callApi, inProcess } from "@test/support/calls";
import { createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { addRequest } from "@test/support/requests";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldWords } from "@/components/recorded-words";
import { listFindingsSchema } from "@/contracts/findings";
import { ROLE_DETAILS, ROLES, type Role } from "@/contracts/roles";
import { parse } from "@/server/core/validation";
import { listAuditEvents } from "@/server/services/audit";
import { checkKeyFindings, listFindings } from "@/server/services/findings";
import { regenerateKey, revokeKey } from "@/server/services/keys";
import { activateLicense, suspendLicense } from "@/server/services/licenses";
import { createTrpcContext } from "@/server/trpc/context";
import { appRouter, createCaller } from "@/server/trpc/router";
import { keyWithRow, start, work } from "../jobs/support";
import { newLicense } from "../services/licenses/support";
import { everyRow } from "../services/support";
import { call, type SignedInAdmin, signedIn } from "./support";

let fixture: Fixture;
const admins = new Map<Role, SignedInAdmin>();

beforeAll(async () => {
  fixture = await createFixture();
  for (const role of ROLES) admins.set(role, await signedIn(fixture, role));
});

afterAll(() => fixture.close());

interface Procedure {
  type: "query" | "mutation";
  /** Who may call it, said apart from contracts/roles.ts. */
  for: readonly Role[];
  /** Input that is right for everybody who may. */
  input(): Promise<unknown> | unknown;
}

const EVERYBODY: readonly Role[] = ["owner", "admin", "operator", "viewer"];
const WORK: readonly Role[] = ["owner", "admin", "operator"];
const CUSTOMERS: readonly Role[] = ["owner", "admin", "operator"];
const KEYS: readonly Role[] = ["owner", "admin"];
const SETTINGS: readonly Role[] = ["owner"];

const keyId = async () => ({ id: (await fixture.key()).key.id });
const keyInOverlap = async () => {
  const { id } = await keyId();
  const { key } = await regenerateKey(fixture.context(), { id, overlap: "1h" });
  return { id, overlapUntil: key.overlapUntil };
};
/** A finding of a key of its own: production without an expiry. */
async function findingId() {
  const { key } = await fixture.key({ environment: "production" });
  await checkKeyFindings(fixture.context(), { keyId: key.id });
  const [finding] = (await listFindings(fixture.context(), parse(listFindingsSchema, { keyId: key.id })))
    .data;
  return { id: finding?.id };
}
const requestId = async () => ({ requestId: (await addRequest(fixture)).requestId });
const licenseId = async () => ({ id: (await newLicense(fixture)).id });
const activationId = async () => {
  const { id, key, environment } = await newLicense(fixture);
  const { activation } = await activateLicense(fixture.context(), { key, environment, identifier: "device" });
  return { id, activationId: activation.id };
};
const DAY = { from: "2023-11-22T00:00:00Z", to: "2023-11-23T00:00:00Z" };

/** A job in a state, in which nobody works on it. */
const jobIn = (status: string) => async () => {
  const key = await keyWithRow(fixture);
  // Its result holds no licence keys, which a viewer may not have.
  const { id } = await start(fixture, key, {
    type: "telemetry.export",
    input: DAY,
  });
  if (status === "succeeded") await work(fixture, id);
  if (status === "failed") {
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    await work(fixture, id);
  }
  return { id };
};
/** A call to the public API, in the log. */
const loggedRequest = async () => {
  const answer = await callApi(inProcess(fixture), "GET", "/staging/key");
  await fixture.runtime.requestLog.flush();
  return { requestId: answer.headers.get("x-request-id") };
};
const customerId = async () => ({ id: (await fixture.customer()).id });

/**
 * Every procedure of the console. Owner: everything. Admin: everything but owners, team and settings. Operator:
 * customers, licences, jobs; sees keys. Viewer: sees everything but secrets.
 */
const PROCEDURES: Record<string, Procedure> = {
  "audit.list": { type: "query", for: EVERYBODY, input: () => ({}) },
  "audit.get": {
    type: "query",
    for: EVERYBODY,
    async input() {
      const { data } = await listAuditEvents(fixture.context(), { limit: 1 });
      return { id: data[0]?.id };
    },
  },
  "audit.actors": { type: "query", for: EVERYBODY, input: () => undefined },
  "audit.integrity": { type: "query", for: EVERYBODY, input: () => undefined },
  "audit.check": { type: "mutation", for: EVERYBODY, input: () => ({ restart: true }) },
  "explain.checks": {
    type: "query",
    for: EVERYBODY,
    input: () => ({ keyId: null, environment: "staging", method: "GET", path: "/key", address: null }),
  },
  "explain.request": { type: "query", for: EVERYBODY, input: loggedRequest },
  "customers.list": { type: "query", for: EVERYBODY, input: () => ({}) },
  "customers.get": { type: "query", for: EVERYBODY, input: customerId },
  "customers.export": { type: "mutation", for: EVERYBODY, input: customerId },
  "customers.create": {
    type: "mutation",
    for: CUSTOMERS,
    input: () => ({ email: newEmail(), environment: "production" }),
  },
  "customers.update": {
    type: "mutation",
    for: CUSTOMERS,
    input: async () => ({ ...(await customerId()), name: "N" }),
  },
  "customers.delete": { type: "mutation", for: CUSTOMERS, input: customerId },
  "findings.list": { type: "query", for: EVERYBODY, input: () => ({}) },
  "findings.check": { type: "mutation", for: KEYS, input: () => undefined },
  "findings.mute": {
    type: "mutation",
    for: KEYS,
    input: async () => ({ ...(await findingId()), reason: "Known" }),
  },
  "findings.unmute": { type: "mutation", for: KEYS, input: () => findingId() },
  "jobs.list": { type: "query", for: EVERYBODY, input: () => ({}) },
  "jobs.get": { type: "query", for: EVERYBODY, input: jobIn("queued") },
  "jobs.stats": { type: "query", for: EVERYBODY, input: () => ({}) },
  "jobs.start": {
    type: "mutation",
    for: WORK,
    input: () => ({
      environment: "production",
      type: "licenses.generate",
      input: { product: "P", count: 1 },
    }),
  },
  "jobs.cancel": { type: "mutation", for: WORK, input: jobIn("queued") },
  "jobs.retry": { type: "mutation", for: WORK, input: jobIn("failed") },
  "jobs.delete": { type: "mutation", for: WORK, input: jobIn("succeeded") },
  "licenses.list": { type: "query", for: EVERYBODY, input: () => ({}) },
  "licenses.get": { type: "query", for: EVERYBODY, input: licenseId },
  "licenses.activations": { type: "query", for: EVERYBODY, input: licenseId },
  "licenses.customerActivations": {
    type: "query",
    for: EVERYBODY,
    input: async () => ({ customerId: (await customerId()).id }),
  },
  "licenses.products": { type: "query", for: EVERYBODY, input: () => ({}) },
  "licenses.endActivation": { type: "mutation", for: WORK, input: activationId },
  "licenses.create": {
    type: "mutation",
    for: WORK,
    input: () => ({ product: "P", environment: "production" }),
  },
  "licenses.update": {
    type: "mutation",
    for: WORK,
    input: async () => ({ ...(await licenseId()), features: ["export"] }),
  },
  "licenses.suspend": { type: "mutation", for: WORK, input: licenseId },
  "licenses.reinstate": {
    type: "mutation",
    for: WORK,
    async input() {
      const { id } = await licenseId();
      await suspendLicense(fixture.context(), { id, reason: "" });
      return { id };
    },
  },
  "licenses.revoke": { type: "mutation", for: WORK, input: licenseId },
  "licenses.delete": { type: "mutation", for: WORK, input: licenseId },
  "keys.list": { type: "query", for: EVERYBODY, input: () => ({}) },
  "keys.get": { type: "query", for: EVERYBODY, input: keyId },
  "keys.limits": { type: "query", for: EVERYBODY, input: keyId },
  "keys.identify": {
    type: "mutation",
    for: EVERYBODY,
    input: async () => ({ key: (await fixture.key()).secret }),
  },
  "keys.create": {
    type: "mutation",
    for: KEYS,
    input: () => ({ name: "New", environment: "production", permissions: ["jobs:read"] }),
  },
  "keys.update": {
    type: "mutation",
    for: KEYS,
    input: async () => ({ ...(await keyId()), name: "Renamed" }),
  },
  "keys.revoke": { type: "mutation", for: KEYS, input: keyId },
  "keys.revokeMany": { type: "mutation", for: KEYS, input: async () => ({ ids: [(await keyId()).id] }) },
  "keys.reactivate": { type: "mutation", for: KEYS, input: keyId },
  "keys.regenerate": { type: "mutation", for: KEYS, input: keyId },
  "keys.endOverlap": { type: "mutation", for: KEYS, input: keyInOverlap },
  "keys.delete": {
    type: "mutation",
    for: KEYS,
    async input() {
      const { key } = await fixture.key({ name: "Delete me" });
      await revokeKey(fixture.context(), { id: key.id, reason: "" });
      return { id: key.id, name: "Delete me" };
    },
  },
  "requests.list": { type: "query", for: EVERYBODY, input: () => ({}) },
  "requests.get": { type: "query", for: EVERYBODY, input: requestId },
  "requests.histogram": { type: "query", for: EVERYBODY, input: () => ({}) },
  "requests.tail": { type: "query", for: EVERYBODY, input: () => ({}) },
  "requests.state": { type: "query", for: EVERYBODY, input: () => undefined },
  "requests.routes": { type: "query", for: EVERYBODY, input: () => ({}) },
  "settings.requestLog": { type: "query", for: SETTINGS, input: () => undefined },
  "settings.changeRequestLog": { type: "mutation", for: SETTINGS, input: () => ({ headers: true }) },
  "settings.retention": { type: "query", for: SETTINGS, input: () => undefined },
  "settings.tryRetention": {
    type: "query",
    for: SETTINGS,
    input: () => ({ logDays: 1, telemetryDays: 1 }),
  },
  "settings.changeRetention": { type: "mutation", for: SETTINGS, input: () => ({ logDays: 7 }) },
  "settings.clock": { type: "query", for: SETTINGS, input: () => undefined },
  "settings.isolation": { type: "query", for: SETTINGS, input: () => undefined },
  "settings.logWriter": { type: "query", for: SETTINGS, input: () => undefined },
  "telemetry.list": { type: "query", for: EVERYBODY, input: () => ({}) },
  "telemetry.byDay": { type: "query", for: EVERYBODY, input: () => ({}) },
  "telemetry.names": { type: "query", for: EVERYBODY, input: () => ({ of: "type" }) },
  "overview.get": { type: "query", for: EVERYBODY, input: () => ({}) },
  "usage.overall": { type: "query", for: EVERYBODY, input: () => ({}) },
  "usage.ofKey": { type: "query", for: EVERYBODY, input: keyId },
  "usage.permissions": { type: "query", for: EVERYBODY, input: keyId },
  "usage.traffic": { type: "query", for: EVERYBODY, input: keyId },
  "usage.secrets": { type: "query", for: EVERYBODY, input: keyId },
  "usage.trim": { type: "query", for: EVERYBODY, input: keyId },
  "usage.replayPermissions": {
    type: "query",
    for: EVERYBODY,
    input: async () => ({ ...(await keyId()), permissions: ["jobs:read"] }),
  },
  "usage.replayLimits": {
    type: "query",
    for: EVERYBODY,
    input: async () => ({ ...(await keyId()), rateLimits: { minute: 10 } }),
  },
};

/** Those that a visitor may call; the token, or that there is no administrator yet, is what decides there. */
const FOR_VISITORS = ["setUp.complete", "setUp.needed"];

const names = Object.keys(PROCEDURES);
const declared = (name: string): Procedure => {
  const procedure = PROCEDURES[name];
  if (!procedure) throw new Error(`${name} is not in the table`);
  return procedure;
};

test("Every procedure of the router is in this table", () => {
  const all = Object.keys(appRouter._def.procedures).sort();
  expect(all, "Say in PROCEDURES who may call the new procedure, and with which input it is tried.").toEqual(
    [...names, ...FOR_VISITORS].sort(),
  );
});

describe.each(ROLES)("As %s", (role) => {
  test.each(names)("%s is done or refused as PROCEDURES says, and a refusal stores nothing", async (name) => {
    const { type, for: allowed, input } = declared(name);
    const given = await input();
    const ask = () => call(fixture, type, name, given, { cookie: admins.get(role)?.cookie ?? "" });
    if (allowed.includes(role)) {
      const answer = await ask();
      expect(answer.error).toBeUndefined();
      expect(answer.status).toBe(200);
      return;
    }
    const before = await everyRow(fixture);
    const answer = await ask();
    expect(answer.status).toBe(403);
    expect(answer.error?.data).toMatchObject({ code: "permission_denied", httpStatus: 403 });
    const helpers = allowed.map((one) => ROLE_DETAILS[one].label).join(", ");
    expect(answer.error?.message).toBe(`Your role does not allow this. It takes: ${helpers}.`);
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("a page on the server, which calls without HTTP, gets the same", async () => {
    const headers = new Headers({ cookie: admins.get(role)?.cookie ?? "" });
    const caller = createCaller(await createTrpcContext(fixture.runtime, headers));
    for (const name of names) {
      const [noun = "", verb = ""] = name.split(".");
      const procedures = caller[noun as keyof typeof caller] as unknown as Record<
        string,
        (input: unknown) => unknown
      >;
      const outcome = await Promise.resolve(procedures[verb]?.(await declared(name).input())).then(
        () => "done",
        (error: { code: string }) => error.code,
      );
      expect(outcome, name).toBe(declared(name).for.includes(role) ? "done" : "FORBIDDEN");
    }
  });

  test("no secret is ever seen but one that was made just now", async () => {
    const { key, secret } = await fixture.key({ permissions: ["licenses:read"] });
    const { cookie = "" } = admins.get(role) ?? {};
    const ofKey = (name: string) => declared(name).input === keyId;
    const queries = names.filter((one) => declared(one).type === "query" && declared(one).for.includes(role));
    expect(queries.filter(ofKey).length).toBeGreaterThan(5);
    for (const name of queries) {
      const given = ofKey(name) ? { id: key.id } : await declared(name).input();
      const { status, text } = await call(fixture, "query", name, given, { cookie });
      // A refusal holds no secret either, and proves nothing.
      expect(status, name).toBe(200);
      if (["keys.get", "keys.list"].includes(name)) expect(text).toContain(key.maskedKey);
      expect(text).not.toContain(secret.slice(-38, -6));
      expect(text).not.toMatch(/digest|password|"secret"/i);
    }
  });
});

describe("Without a session", () => {
  test.each(names)("%s is refused, and nothing is stored", async (name) => {
    const { type, input } = declared(name);
    const given = await input();
    const before = await everyRow(fixture);
    const answer = await call(fixture, type, name, given);
    expect(answer.status).toBe(401);
    expect(answer.error?.message).toBe("Sign in to continue.");
    expect(answer.error?.data).toMatchObject({
      code: "key_missing",
      requestId: expect.stringMatching(/^req_/),
    });
    expect(await everyRow(fixture)).toEqual(before);
  });

  test.each(names)("%s does not even look at its input", async (name) => {
    const answer = await call(fixture, declared(name).type, name, { nonsense: true });
    expect(answer).toMatchObject({ status: 401 });
    expect(answer.text).not.toContain("nonsense");
  });

  test("whether a first owner is still to be made is told, and with one there nobody can become another", async () => {
    expect(await call(fixture, "query", "setUp.needed", undefined)).toMatchObject({
      status: 200,
      data: false,
    });
    const before = await everyRow(fixture);
    const input = { token: "guess", email: "intruder@acme.example", password: "correct horse battery" };
    const answer = await call(fixture, "mutation", "setUp.complete", input);
    expect(answer).toMatchObject({ status: 404, error: { data: { code: "not_found" } } });
    expect(await everyRow(fixture)).toEqual(before);
  });
});

test("Every field that all those changes left in the audit has words on the console's pages", async () => {
  const fields = await fixture.runtime.databases.owner.$client<{ action: string; field: string }[]>`
    select distinct action, field
    from audit_events cross join lateral jsonb_object_keys(coalesce(before, '{}') || coalesce(after, '{}')) as field`;
  expect(fields.length).toBeGreaterThan(30);
  const wordless = fields.filter(({ action, field }) => !fieldWords(action, field));
  expect(wordless, "Give the field a line in components/recorded-words.ts.").toEqual([]);
});
