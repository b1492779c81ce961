import { call, expectProblem, inProcess } from "@test/support/calls";
import { createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DAY_MS, MINUTE_MS } from "@/contracts/durations";
import { readEnv } from "@/env";
import { ready } from "@/gateway/http/probes";
import { newId } from "@/server/core/ids";
import { createLogger } from "@/server/core/logger";
import { MeasuredClock } from "@/server/database/database-clock";
import { admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { leaseJob } from "@/server/jobs/lease";
import { runMaintenance } from "@/server/jobs/maintenance";
import { createRuntime } from "@/server/runtime/create";
import { backgroundContextFor, contextFor, type Runtime } from "@/server/runtime/runtime";
import { createAdmin } from "@/server/services/admins";
import { describeClock, measureClock } from "@/server/services/health";
import { regenerateKey } from "@/server/services/keys";
import { adminOfSession, startSession } from "@/server/services/sessions";
import { keyWithRow, start, work } from "../server/jobs/support";
import { sqlOf } from "../server/services/support";

const TEN_MINUTES_MS = 10 * MINUTE_MS;

describe("On a node whose clock is ten minutes", () => {
  /** Goes by the time of Postgres, and then by one that a test needs. */
  let fixture: Fixture;
  const nodes: Runtime[] = [];

  beforeAll(async () => {
    fixture = await createFixture({}, new Date());
  });
  afterAll(async () => {
    for (const node of nodes) {
      await node.lastUse.flush();
      await node.requestLog.close();
      await node.databases.end();
    }
    await fixture?.close();
  });

  /** Another process on the database, which has asked Postgres nothing yet. */
  function node(offMs: number): Runtime {
    const { env, logger } = fixture.runtime;
    const clock = new MeasuredClock(undefined, () => Date.now() + offMs);
    const secrets = { pepper: PEPPER, sessionSecret: SESSION_SECRET };
    const runtime = createRuntime(env, logger, { url: fixture.databaseUrl, clock, ...secrets });
    nodes.push(runtime);
    return runtime;
  }
  const behind = () => node(-TEN_MINUTES_MS);
  const ahead = () => node(TEN_MINUTES_MS);
  const asSystem = (runtime: Runtime) => contextFor(runtime, { kind: "system", name: "jobs" });
  const ask = (runtime: Runtime, key: string) =>
    call(inProcess({ runtime: runtime }), "GET", "/staging/key", { key });

  /** What the fixture makes within, it made so many minutes ago. */
  async function ago<Made>(minutes: number, make: () => Promise<Made>): Promise<Made> {
    fixture.clock.advance(-minutes * 60);
    const made = await make();
    fixture.clock.advance(minutes * 60);
    return made;
  }
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

  test("behind, a key that has expired is refused with its first call", async () => {
    const expiresAt = inMinutes(-1);
    const { secret } = await ago(5, () => fixture.key({ expiresAt }));
    expectProblem(await ask(behind(), secret), "key_expired", { expiredAt: expiresAt });
  });

  test("ahead, a key that has not expired is let in with its first call", async () => {
    const { secret } = await fixture.key({ expiresAt: inMinutes(5) });
    expect((await ask(ahead(), secret)).status).toBe(200);
  });

  test("behind, a secret whose overlap has ended is unknown; ahead, one within it works", async () => {
    const replaced = await ago(16, async () => {
      const { key, secret } = await fixture.key();
      await regenerateKey(fixture.context(), { id: key.id, overlap: "15m" });
      return secret;
    });
    expectProblem(await ask(behind(), replaced), "key_invalid");
    const { key, secret } = await fixture.key();
    await regenerateKey(fixture.context(), { id: key.id, overlap: "15m" });
    expect((await ask(ahead(), secret)).status).toBe(200);
    const endsSoon = await ago(8, async () => {
      const { key, secret } = await fixture.key();
      await regenerateKey(fixture.context(), { id: key.id, overlap: "15m" });
      return secret;
    });
    expect((await ask(ahead(), endsSoon)).status).toBe(200);
  });

  test("behind or ahead, a session ends after twelve idle hours, and no sooner", async () => {
    const admin = await createAdmin(fixture.context(), {
      email: "owner@acme.example",
      password: "correct horse battery",
      role: "owner",
      name: "",
    });
    const begin = () =>
      withTransaction(fixture.context(), (ctx) => startSession(ctx, admin.id).then(({ token }) => token));
    const [ended, running] = [await ago(12 * 60 + 1, begin), await ago(12 * 60 - 1, begin)];
    for (const runtime of [behind(), ahead()]) {
      const find = (token: string) => adminOfSession(asSystem(runtime), { kind: "token", token });
      expect(await find(ended)).toBeNull();
      expect(await find(running)).toMatchObject({ admin });
    }
  });

  test("ahead, a job is left to the worker that holds it", async () => {
    const { id } = await start(fixture, await keyWithRow(fixture), {
      type: "licenses.generate",
      input: { product: "Held", count: 1 },
    });
    // By the time of now, as a process would.
    const [holder, other] = [node(0), ahead()];
    await measureClock(other);
    expect(await leaseJob(asSystem(holder), { id })).toMatchObject({ id });
    expect(await leaseJob(asSystem(other), { id })).toBeNull();
  });

  test("40 days ahead, maintenance ends no session and drops nothing, also as the first thing that a process does", async () => {
    const key = await keyWithRow(fixture);
    const { secret } = await fixture.key({ permissions: ["telemetry:write"] });
    const idempotent = { key: secret, headers: { "idempotency-key": "kept" } };
    const sent = { events: [{ type: "kept" }] };
    await call(inProcess(fixture), "POST", "/staging/telemetry", { ...idempotent, body: sent });
    await fixture.runtime.requestLog.flush();
    const { id } = await start(fixture, key, {
      type: "customers.import",
      input: { rows: [{ email: newEmail() }] },
    });
    await work(fixture, id);
    await sqlOf(fixture)`delete from sessions`;
    await withTransaction(fixture.context(), async (ctx) => {
      const [admin] = await ctx.tx.select().from(admins).limit(1);
      return startSession(ctx, admin?.id ?? newId("adm"));
    });
    const counted = async () => {
      const [row] = await sqlOf(fixture)`
        select (select count(*) from sessions) as sessions, (select count(*) from requests) as requests,
          (select count(*) from telemetry_events) as events, (select count(*) from idempotency_records) as first_answers,
          (select count(*) from job_result_parts) as results, (select count(*) from usage_hourly) as figures`;
      return row;
    };
    const before = await counted();
    for (const count of Object.values(before ?? {})) expect(Number(count)).toBeGreaterThan(0);
    const never = new AbortController().signal;
    await runMaintenance(backgroundContextFor(node(40 * DAY_MS), "jobs"), never);
    expect(await counted()).toEqual(before);
  });

  test("off, readiness tells by how much, and calls are served", async () => {
    for (const [runtime, off] of [
      [behind(), -TEN_MINUTES_MS],
      [ahead(), TEN_MINUTES_MS],
      [node(0), 0],
    ] as const) {
      // On a machine that is busy otherwise, Postgres may not have answered within the second that it has.
      const answer = await vi.waitFor(
        async () => {
          const answer = await ready(runtime);
          expect(answer.status).toBe(200);
          return JSON.parse(answer.body) as { clockSkewMs: number };
        },
        { timeout: 20_000 },
      );
      expect(Math.abs(answer.clockSkewMs - off)).toBeLessThan(MINUTE_MS);
    }
  });

  test("off, Settings tells by how much; two seconds are nothing to tell of", async () => {
    for (const [runtime, off, isOff] of [
      [behind(), -TEN_MINUTES_MS, true],
      [ahead(), TEN_MINUTES_MS, true],
      [node(1_000), 1_000, false],
    ] as const) {
      const clock = await describeClock(asSystem(runtime));
      expect(Math.abs(clock.skewMs - off)).toBeLessThan(MINUTE_MS);
      expect(clock.isOff).toBe(isOff);
    }
  });

  test("behind, its calls are in the log at Postgres' time", async () => {
    const runtime = behind();
    const { key, secret } = await fixture.key();
    await measureClock(runtime);
    await ask(runtime, secret);
    await runtime.requestLog.flush();
    const rows = await sqlOf(fixture)<{ at: string }[]>`select at from requests where key_id = ${key.id}`;
    expect(rows).toHaveLength(1);
    for (const { at } of rows) expect(Math.abs(Date.now() - new Date(at).getTime())).toBeLessThan(MINUTE_MS);
  });
});

test("A process whose clock is off says so once in its log, and once that it is right again", async () => {
  const lines: string[] = [];
  const logger = createLogger("info", { write: (line) => void lines.push(line) });
  const { clock, databases } = createRuntime(readEnv({ NODE_ENV: "test" }), logger, {
    url: "postgres://nobody@127.0.0.1:1/none",
    pepper: PEPPER,
    sessionSecret: SESSION_SECRET,
  });
  const answer = (aheadMs: number) => clock.readAt(Date.now() + aheadMs, performance.now());
  for (const aheadMs of [0, TEN_MINUTES_MS, TEN_MINUTES_MS, 0, 0]) answer(aheadMs);
  await databases.end();
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    "This machine's clock is 600 s behind Postgres'. Keyward goes by Postgres'; set the machine's (NTP).",
    "This machine's clock agrees with Postgres' again.",
  ]);
});
