import { call, expectProblem, inProcess } from "@test/support/calls";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEnv } from "@/env";
import { createLogger } from "@/server/core/logger";
import { MeasuredClock } from "@/server/db/database-clock";
import { poll } from "@/server/db/embedded/processes";
import { withTransaction } from "@/server/db/scope";
import { leaseJob } from "@/server/jobs/lease";
import { contextFor, type Platform } from "@/server/platform";
import { ready } from "@/server/rest/probes";
import { createAdmin } from "@/server/services/admins";
import { describeClock, measureClock } from "@/server/services/health";
import { regenerateKey } from "@/server/services/keys";
import { adminOfSession, startSession } from "@/server/services/sessions";
import { assemble } from "@/server/shared-platform";
import { keyWithRow, start } from "../jobs/support";
import { sqlOf } from "../services/support";

const MINUTE_MS = 60_000;
const TEN_MINUTES_MS = 10 * MINUTE_MS;

describe("On a node whose clock is ten minutes", () => {
  /** Goes by the time of Postgres, and then by one that a test needs. */
  let world: World;
  const nodes: Platform[] = [];

  beforeAll(async () => {
    world = await createWorld({}, new Date());
  });
  afterAll(async () => {
    for (const node of nodes) {
      await node.lastUse.flush();
      await node.requestLog.close();
      await node.databases.end();
    }
    await world?.close();
  });

  /** Another process on the database, which has asked Postgres nothing yet. */
  function node(offMs: number): Platform {
    const { env, logger } = world.platform;
    const clock = new MeasuredClock(undefined, () => Date.now() + offMs);
    const secrets = { pepper: PEPPER, sessionSecret: SESSION_SECRET };
    const platform = assemble(env, logger, { url: world.databaseUrl, clock, ...secrets });
    nodes.push(platform);
    return platform;
  }
  const behind = () => node(-TEN_MINUTES_MS);
  const ahead = () => node(TEN_MINUTES_MS);
  const asSystem = (platform: Platform) => contextFor(platform, { kind: "system", name: "jobs" });
  const ask = (platform: Platform, key: string) =>
    call(inProcess({ platform }), "GET", "/staging/key", { key });

  /** What the world makes within, it made so many minutes ago. */
  async function ago<Made>(minutes: number, make: () => Promise<Made>): Promise<Made> {
    world.clock.advance(-minutes * 60);
    const made = await make();
    world.clock.advance(minutes * 60);
    return made;
  }
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

  test("behind, a key that has expired is refused with its first call", async () => {
    const expiresAt = inMinutes(-1);
    const { secret } = await ago(5, () => world.key({ expiresAt }));
    expectProblem(await ask(behind(), secret), "key_expired", { expiredAt: expiresAt });
  });

  test("ahead, a key that has not expired is let in with its first call", async () => {
    const { secret } = await world.key({ expiresAt: inMinutes(5) });
    expect((await ask(ahead(), secret)).status).toBe(200);
  });

  test("behind, a secret whose overlap has ended is unknown; ahead, one within it works", async () => {
    const replaced = await ago(16, async () => {
      const { key, secret } = await world.key();
      await regenerateKey(world.context(), { id: key.id, overlap: "15m" });
      return secret;
    });
    expectProblem(await ask(behind(), replaced), "key_invalid");
    const { key, secret } = await world.key();
    await regenerateKey(world.context(), { id: key.id, overlap: "15m" });
    expect((await ask(ahead(), secret)).status).toBe(200);
    const endsSoon = await ago(8, async () => {
      const { key, secret } = await world.key();
      await regenerateKey(world.context(), { id: key.id, overlap: "15m" });
      return secret;
    });
    expect((await ask(ahead(), endsSoon)).status).toBe(200);
  });

  test("behind or ahead, a session ends after twelve idle hours, and no sooner", async () => {
    const admin = await createAdmin(world.context(), {
      email: "owner@acme.example",
      password: "correct horse battery",
      role: "owner",
      name: "",
    });
    const begin = () => withTransaction(world.context(), (ctx) => startSession(ctx, admin.id));
    const [ended, running] = [await ago(12 * 60 + 1, begin), await ago(12 * 60 - 1, begin)];
    for (const platform of [behind(), ahead()]) {
      await measureClock(platform);
      const find = (token: string) => adminOfSession(asSystem(platform), { kind: "token", token });
      expect(await find(ended)).toBeNull();
      expect(await find(running)).toEqual(admin);
    }
  });

  test("ahead, a job is left to the worker that holds it", async () => {
    const { id } = await start(world, await keyWithRow(world), {
      type: "licenses.generate",
      input: { product: "Held", count: 1 },
    });
    // By the time of now, as a process would.
    const [holder, other] = [node(0), ahead()];
    await measureClock(other);
    expect(await leaseJob(asSystem(holder), { id })).toMatchObject({ id });
    expect(await leaseJob(asSystem(other), { id })).toBeNull();
  });

  test("off, readiness tells by how much, and calls are served", async () => {
    for (const [platform, off] of [
      [behind(), -TEN_MINUTES_MS],
      [ahead(), TEN_MINUTES_MS],
      [node(0), 0],
    ] as const) {
      // On a machine that is busy otherwise, Postgres may not have answered within the second that it has.
      const skewMs = await poll(async () => {
        const answer = await ready(platform);
        return answer.ok ? ((await answer.json()) as { clockSkewMs: number }).clockSkewMs : undefined;
      }, 20_000);
      expect(Math.abs((skewMs ?? Number.NaN) - off)).toBeLessThan(MINUTE_MS);
    }
  });

  test("off, Settings tells by how much; two seconds are nothing to tell of", async () => {
    for (const [platform, off, isOff] of [
      [behind(), -TEN_MINUTES_MS, true],
      [ahead(), TEN_MINUTES_MS, true],
      [node(1_000), 1_000, false],
    ] as const) {
      const clock = await describeClock(asSystem(platform));
      expect(Math.abs(clock.skewMs - off)).toBeLessThan(MINUTE_MS);
      expect(clock.isOff).toBe(isOff);
    }
  });

  test("behind, its calls are in the log at Postgres' time", async () => {
    const platform = behind();
    const { key, secret } = await world.key();
    await measureClock(platform);
    await ask(platform, secret);
    await platform.requestLog.flush();
    const rows = await sqlOf(world)<{ at: string }[]>`select at from requests where key_id = ${key.id}`;
    expect(rows).toHaveLength(1);
    for (const { at } of rows) expect(Math.abs(Date.now() - new Date(at).getTime())).toBeLessThan(MINUTE_MS);
  });
});

test("A process whose clock is off says so once in its log, and once that it is right again", async () => {
  const lines: string[] = [];
  const logger = createLogger("info", { write: (line) => void lines.push(line) });
  const { clock, databases } = assemble(readEnv({ NODE_ENV: "test" }), logger, {
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
