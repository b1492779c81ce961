import { newLicense } from "@test/server/services/support";
import { type Fixture, keyPrincipal, newEmail } from "@test/support/fixture";
import type { Id } from "@/contracts/ids";
import type { Route } from "@/gateway/routes/route";
import { isAppError } from "@/server/core/errors";
import { activateLicense, suspendLicense } from "@/server/services/licenses";
import { createWebhook, sendTestWebhook } from "@/server/services/webhooks";
import { keyWithRow, start, work } from "../server/jobs/support";

/** What a call of one route takes to succeed, beyond a key that may. */
interface Sample {
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
}

/** Whom the call is about, as far as that can be said; default: a customer of its own, or nobody. */
interface About {
  customerId?: Id<"cus">;
}

const generation = (about: About) => ({
  type: "licenses.generate" as const,
  input: { product: "Editor", count: 2, ...about },
});

/** One line per route, by its id, in staging; made afresh for each call, so that deleting or creating twice works. */
const SAMPLES: Record<string, (fixture: Fixture, about: About) => Sample | Promise<Sample>> = {
  "key.get": () => ({}),
  "keys.verify": async (fixture) => ({
    body: { key: (await fixture.key()).secret, permission: "customers:read", ip: "203.0.113.7" },
  }),
  "gate.check": () => ({ query: "?permission=customers:read" }),
  "gate.checkPath": () => ({ params: { permission: "customers:read" } }),
  "keys.list": () => ({ query: "?limit=1&status=active" }),
  "keys.create": (_, { customerId }) => ({
    body: {
      name: "Acme Ltd",
      permissions: ["customers:read"],
      ...(customerId ? { customers: [customerId] } : {}),
    },
  }),
  "keys.get": async (fixture, about) => ({ params: { id: await managedKey(fixture, about) } }),
  "keys.update": async (fixture, about) => ({
    params: { id: await managedKey(fixture, about) },
    body: { name: "Renamed", tags: ["renamed"] },
  }),
  "keys.delete": async (fixture, about) => ({ params: { id: await revokedKey(fixture, about) } }),
  "keys.regenerate": async (fixture, about) => ({
    params: { id: await managedKey(fixture, about) },
    body: { overlap: "1h" },
  }),
  "keys.revoke": async (fixture, about) => ({
    params: { id: await managedKey(fixture, about) },
    body: { reason: "Contract ended" },
  }),
  "keys.reactivate": async (fixture, about) => ({ params: { id: await revokedKey(fixture, about) } }),
  "customers.list": () => ({ query: "?limit=1" }),
  "customers.create": () => ({ body: { email: newEmail(), name: "Ada", metadata: { plan: "pro" } } }),
  "customers.get": async (fixture) => ({ params: { id: (await fixture.customer()).id } }),
  "customers.update": async (fixture) => ({
    params: { id: (await fixture.customer()).id },
    body: { name: "Ada" },
  }),
  "customers.delete": async (fixture) => ({ params: { id: (await fixture.customer()).id } }),
  "licenses.validate": async (fixture, about) => ({ body: { key: (await newLicense(fixture, about)).key } }),
  "licenses.activate": async (fixture, about) => ({
    body: { key: (await newLicense(fixture, about)).key, identifier: "device" },
  }),
  "licenses.deactivate": async (fixture, about) => {
    const { key } = await newLicense(fixture, about);
    await activateLicense(fixture.context(keyPrincipal()), { key, identifier: "device" });
    return { body: { key, identifier: "device" } };
  },
  "licenses.list": () => ({ query: "?limit=1" }),
  "licenses.create": (_, about) => ({
    body: { product: "Editor", activationLimit: 2, validityDays: 30, ...about },
  }),
  "licenses.get": async (fixture) => ({ params: { id: (await newLicense(fixture)).id } }),
  "licenses.update": async (fixture) => ({
    params: { id: (await newLicense(fixture)).id },
    body: { features: ["export"] },
  }),
  "licenses.delete": async (fixture) => ({ params: { id: (await newLicense(fixture)).id } }),
  "licenses.suspend": async (fixture, about) => ({
    params: { id: (await newLicense(fixture, about)).id },
    body: { reason: "unpaid" },
  }),
  "licenses.reinstate": async (fixture, about) => {
    const { id } = await newLicense(fixture, about);
    await suspendLicense(fixture.context(), { id, reason: "" });
    return { params: { id }, body: {} };
  },
  "licenses.revoke": async (fixture, about) => ({
    params: { id: (await newLicense(fixture, about)).id },
    body: {},
  }),
  "licenses.activations": async (fixture) => ({ params: { id: (await newLicense(fixture)).id } }),
  "telemetry.send": async (fixture, about) => ({
    body: { events: [{ type: "app.start", licenseKey: (await newLicense(fixture, about)).key }] },
  }),
  "telemetry.list": () => ({ query: "?flagged=false&limit=1" }),
  "jobs.list": () => ({ query: "?limit=1&status=succeeded" }),
  "jobs.start": (_, about) => ({ body: generation(about) }),
  "jobs.get": async (fixture) => ({ params: { id: await waitingJob(fixture) } }),
  "jobs.cancel": async (fixture) => ({ params: { id: await waitingJob(fixture) } }),
  "webhooks.list": () => ({ query: "?limit=1" }),
  "webhooks.create": async (fixture) => {
    await makeRoomForEndpoints(fixture);
    return { body: { url: "https://hooks.acme.example", events: ["license.revoked"], description: "Desk" } };
  },
  "webhooks.get": async (fixture) => ({ params: { id: await webhookEndpoint(fixture) } }),
  "webhooks.update": async (fixture) => ({
    params: { id: await webhookEndpoint(fixture) },
    body: { description: "Renamed" },
  }),
  "webhooks.delete": async (fixture) => ({ params: { id: await webhookEndpoint(fixture) } }),
  "webhooks.enable": async (fixture) => ({ params: { id: await webhookEndpoint(fixture) } }),
  "webhooks.disable": async (fixture) => ({ params: { id: await webhookEndpoint(fixture) } }),
  "webhooks.rotateSecret": async (fixture) => ({ params: { id: await webhookEndpoint(fixture) } }),
  "webhooks.test": async (fixture) => ({ params: { id: await webhookEndpoint(fixture) } }),
  "webhooks.listDeliveries": async (fixture) => ({
    params: { id: await webhookEndpoint(fixture) },
    query: "?state=waiting",
  }),
  "webhooks.getDelivery": async (fixture) => ({ params: await webhookDelivery(fixture) }),
  "webhooks.resend": async (fixture) => ({ params: await webhookDelivery(fixture) }),
  "jobs.result": async (fixture) => ({ params: { id: await endedJob(fixture) } }),
};

/** A key that lies within whatever the calling one may do, as far as the calls of samples go. */
async function managedKey(fixture: Fixture, { customerId }: About): Promise<Id<"key">> {
  const { key } = await fixture.key({
    permissions: ["customers:read"],
    rateLimits: { minute: 1, hour: 1, day: 1 },
    ipAllowlist: ["203.0.113.9"],
    ...(customerId ? { customers: [customerId] } : {}),
  });
  return key.id;
}

/** The same, revoked by a key. */
async function revokedKey(fixture: Fixture, about: About): Promise<Id<"key">> {
  const id = await managedKey(fixture, about);
  await fixture.runtime.databases.owner.$client`
    update api_keys set revoked_at = created_at, revoked_by = 'Shop', revoked_by_key_id = id where id = ${id}`;
  return id;
}

/** A webhook endpoint of staging, which has room for so many. */
async function webhookEndpoint(fixture: Fixture): Promise<Id<"whe">> {
  await makeRoomForEndpoints(fixture);
  const url = "https://hooks.acme.example";
  const input = { environment: "staging" as const, url, events: ["job.failed" as const] };
  return (await createWebhook(fixture.context(), input)).endpoint.id;
}

/** Takes the oldest away: of those that were made just now somebody may still be making a call. */
async function makeRoomForEndpoints({ runtime }: Fixture): Promise<void> {
  await runtime.databases.owner.$client`
    delete from webhook_endpoints where id in (select id from webhook_endpoints order by id desc offset 12)`;
}

/** A test that waits to be sent to one. */
async function webhookDelivery(fixture: Fixture, left = 5): Promise<Record<string, string>> {
  const id = await webhookEndpoint(fixture);
  try {
    return { id, messageId: (await sendTestWebhook(fixture.context(), { id })).id };
  } catch (error) {
    // Where calls are made beside it, one of them may have taken the endpoint away.
    if (left === 0 || !isAppError(error) || error.code !== "not_found") throw error;
    return webhookDelivery(fixture, left - 1);
  }
}

/** A job that nobody works on before the year 9000. */
async function waitingJob(fixture: Fixture): Promise<Id<"job">> {
  const key = await keyWithRow(fixture);
  const sql = fixture.runtime.databases.owner.$client;
  // One statement: a worker of the mount must not take the job up in between.
  const [row] = await sql<{ id: Id<"job"> }[]>`
    insert into job_records (id, environment, type, status, input, actor_kind, actor_id, actor_name, key_id, run_after, created_at)
    select 'job_' || substr(id, 5), environment, 'licenses.export', 'queued', '{"filter":{}}', 'key', id, name, id,
      '9000-01-01', now()
    from api_keys where id = ${key.id} returning id`;
  if (!row) throw new Error("The key has no row");
  return row.id;
}

/** A job that has ended. A worker of the mount may have been faster; then it has the job's end from there. */
async function endedJob(fixture: Fixture): Promise<Id<"job">> {
  const { id } = await start(fixture, await keyWithRow(fixture), generation({}));
  const sql = fixture.runtime.databases.owner.$client;
  let { status } = await work(fixture, id);
  while (status !== "succeeded") {
    if (status !== "queued" && status !== "running") throw new Error(`The sample ended as ${status}`);
    [{ status }] = await sql<[{ status: typeof status }]>`select status from job_records where id = ${id}`;
  }
  return id;
}

/** A concrete call of a route in staging. `path` is below `/api/v1/staging`. */
export interface SampleCall {
  method: string;
  path: string;
  body?: unknown;
}

/** @throws Error naming what to add, for a route without a sample */
export async function sampleCall(route: Route, fixture: Fixture, about: About = {}): Promise<SampleCall> {
  const make = SAMPLES[route.id];
  if (!make) {
    throw new Error(
      `The route ${route.id} has no sample. Add a line to SAMPLES in test/gateway/samples.ts: parameters, query and body with which ${route.method.toUpperCase()} ${route.path} succeeds. Every check at the gateway is then run on it.`,
    );
  }
  const { params = {}, query = "", body } = await make(fixture, about);
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
  const call = { method: route.method.toUpperCase(), path: path + query };
  return body === undefined ? call : { ...call, body };
}

/** Ids of samples whose route is gone. */
export function orphanedSamples(routes: readonly Route[]): string[] {
  return Object.keys(SAMPLES).filter((id) => !routes.some((route) => route.id === id));
}
