import { workerOf } from "@test/server/jobs/support";
import { sqlOf } from "@test/server/services/support";
import { serveGateway } from "@test/support/gateway-server";
import { freePort } from "@test/support/ports";
import { suiteFixture } from "@test/support/suite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KeywardError } from "@/client";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { type Played, type PlayOptions, playShop } from "@/demo-integration/play";
import { runJobs } from "@/server/jobs/run";
import { revokeKey } from "@/server/services/keys";

const fixture = suiteFixture();
let server: Awaited<ReturnType<typeof serveGateway>>;

beforeAll(async () => {
  server = await serveGateway(fixture);
});
afterAll(() => server?.close());

/** What the shop of the demo needs. */
const WHOLE = [
  "customers:write",
  "licenses:manage",
  "licenses:validate",
  "telemetry:write",
  "jobs:write",
] as const;

const EVERY_MS = 700;

interface Setting extends Partial<PlayOptions> {
  key?: Partial<CreateKeyInput>;
  /** Done in each pause, with its number, from 1. */
  meanwhile?: (pause: number, stop: AbortController) => unknown;
}

interface Run extends Played {
  keyId: string;
  told: string[];
  pauses: number[];
}

/** Plays against the server; pauses are over at once, and jobs are done in those that are made to wait for them. */
async function play({ key, meanwhile, ...options }: Setting = {}): Promise<Run> {
  const made = await fixture.key({
    name: "Online shop",
    permissions: [...WHOLE],
    rateLimits: { minute: 10_000 },
    ...key,
  });
  const told: string[] = [];
  const pauses: number[] = [];
  const stop = new AbortController();
  const played = await playShop({
    baseUrl: `${server.url}/api/v1/staging`,
    apiKey: made.secret,
    everyMs: EVERY_MS,
    maxCalls: null,
    signal: stop.signal,
    tell: (line) => void told.push(line),
    async wait(milliseconds, signal) {
      pauses.push(milliseconds);
      if (milliseconds !== EVERY_MS) await runJobs(workerOf(fixture), {}, new AbortController().signal);
      await meanwhile?.(pauses.length, stop);
      signal.throwIfAborted();
    },
    ...options,
  });
  return { ...played, keyId: made.key.id, told, pauses };
}

describe("The shop", () => {
  test("sells, activates, reports, fills its stock by a job and reads lists, over HTTP", async () => {
    const run = await play({ maxCalls: 45 });
    expect(run).toMatchObject({ calls: 45, failure: null, leftOut: [], key: { name: "Online shop" } });
    for (const count of Object.values(run.done)) expect(count).toBeGreaterThan(0);

    const sql = sqlOf(fixture);
    const [rows] = await sql`
      select
        (select count(*)::int from customers) as customers,
        (select count(*)::int from licenses where customer_id is not null) as licenses,
        (select count(*)::int from licenses where customer_id is null) as stock,
        (select count(*)::int from telemetry_events) as events,
        (select count(*)::int from telemetry_events where flags <> '{}') as flagged,
        (select count(*)::int from job_records where status = 'succeeded') as jobs`;
    const { customers, licenses, events, jobs } = run.done;
    expect(rows).toEqual({ customers, licenses, events, jobs, stock: 25 * jobs, flagged: 0 });

    await fixture.runtime.requestLog.flush();
    const [log] = await sql`
      select count(*)::int as calls, count(distinct agent)::int as agents
      from requests where key_id = ${run.keyId}`;
    expect(log).toEqual({ calls: 45, agents: 1 });
  });

  test("handles refusals by their code: a full licence, a mistyped key, a customer that is there already", async () => {
    const { told, failure } = await play({ maxCalls: 40 });
    expect(failure).toBeNull();
    const codes = ["activation_limit_reached", "not_found", "conflict"];
    for (const code of codes) expect(told.filter((line) => line.includes(`(${code})`))).not.toEqual([]);
  });

  test("keeps its pace: a pause before each call but the first", async () => {
    const { pauses } = await play({ maxCalls: 5 });
    expect(pauses).toEqual(Array(4).fill(EVERY_MS));
  });

  test("ends when it is told to, after the call under way, and knows what it did", async () => {
    const run = await play({ meanwhile: (pause, stop) => pause === 8 && stop.abort() });
    expect(run).toMatchObject({ calls: 8, failure: null });
    expect(run.done.licenses).toBe(1);
  });

  test("goes on where an administrator deletes what it has sold", async () => {
    const sql = sqlOf(fixture);
    const deleting = async (pause: number) => pause === 4 && (await sql`delete from licenses`);
    const { told, failure, done } = await play({ maxCalls: 30, meanwhile: deleting });
    expect(failure).toBeNull();
    expect(told.join("\n")).toMatch(/not_found/);
    expect(done.licenses).toBeGreaterThan(1);
  });
});

describe("A key that lacks a permission", () => {
  test("leaves out what needs it, says so once, and does the rest", async () => {
    const permissions = WHOLE.filter((name) => name !== "telemetry:write" && name !== "jobs:write");
    const { told, leftOut, done, failure } = await play({ key: { permissions }, maxCalls: 25 });
    expect(failure).toBeNull();
    expect(leftOut.map(({ missingPermissions }) => missingPermissions)).toEqual([
      ["telemetry:write"],
      ["jobs:write"],
    ]);
    expect(told.filter((line) => line.startsWith("The key lacks"))).toEqual([
      "The key lacks telemetry:write: the shop does not send telemetry.",
      "The key lacks jobs:write: the shop does not fill the stock by a job.",
    ]);
    expect(done).toMatchObject({ events: 0, jobs: 0 });
    expect(done.activations).toBeGreaterThan(1);
  });

  test("for everything ends the run", async () => {
    const { failure, leftOut } = await play({ key: { permissions: ["telemetry:read"] } });
    expect(leftOut).toHaveLength(6);
    expect(failure?.code).toBe("permission_denied");
  });

  test.each([
    { permission: "licenses:validate", calls: 15 },
    { permission: "telemetry:write", calls: 15 },
    { permission: "licenses:read", calls: 15 },
    // More than there are buyers: they come again.
    { permission: "customers:write", calls: 64 },
  ] as const)(
    "for everything but $permission still has a shop that calls, and never goes round without a call",
    async ({ permission, calls }) => {
      const run = await play({ key: { permissions: [permission] }, maxCalls: calls });
      expect(run).toMatchObject({ calls, failure: null });
    },
  );
});

describe("A key with a limit", () => {
  test("is waited for, as Retry-After asks, and loses no call", async () => {
    const { told, failure, done, pauses } = await play({
      key: { rateLimits: { minute: 12 } },
      maxCalls: 30,
      meanwhile: (pause) => pause > 12 && fixture.clock.advance(40),
    });
    expect(failure).toBeNull();
    expect(told.filter((line) => /^The key's limit is reached: \d+ s to wait\.$/.test(line))).not.toEqual([]);
    expect(Math.max(...pauses)).toBeGreaterThan(1_000);
    expect(done.licenses).toBeGreaterThan(1);
  });

  test("for a day, used up, ends the run with the reason", async () => {
    const { failure } = await play({ key: { rateLimits: { day: 9 } } });
    expect(failure?.code).toBe("rate_limited");
  });
});

test("A key that is revoked meanwhile ends the run with the reason", async () => {
  const sql = sqlOf(fixture);
  const revoking = async (pause: number) => {
    if (pause !== 10) return;
    const [key] = await sql`select id from api_keys order by created_at desc, id desc limit 1`;
    await revokeKey(fixture.context(), { id: key?.id, reason: "Test" });
  };
  expect(await play({ meanwhile: revoking })).toMatchObject({ calls: 11, failure: { code: "key_revoked" } });
});

describe("A server that is away", () => {
  test("from the beginning is told as unreachable", async () => {
    const playing = play({ baseUrl: `http://127.0.0.1:${await freePort()}/api/v1/staging` });
    const error = await playing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KeywardError);
    expect(error).toMatchObject({ code: "unreachable" });
  });

  test("for a moment is waited for; for longer, it gives up", async () => {
    const own = await serveGateway(fixture);
    const leave = (pause: number) => pause === 6 && own.close();
    const gone = await play({ baseUrl: `${own.url}/api/v1/staging`, meanwhile: leave });
    expect(gone).toMatchObject({ calls: 6, failure: { code: "unreachable" } });
    expect(gone.pauses.filter((pause) => pause >= 2_000)).toEqual(
      expect.arrayContaining([2_000, 4_000, 8_000, 16_000, 32_000]),
    );
  });
});
