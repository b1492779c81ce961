import { sqlOf } from "@test/server/services/support";
import { newEmail } from "@test/support/fixture";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answersFromNow } from "./back";
import { expectOneRowEach } from "./log";
import { type Told, Traffic } from "./traffic";

/** What a killed process may take with it of the log (docs/operations.md), in milliseconds before its end. */
const LOST_MS = 1_000;
const ROUNDS = 2;
const CALLS = 3_000;

describe("A process that is killed under full load", () => {
  let world: MountedFixture;
  let mount: Mount;
  const told: Told[] = [];
  const kills: number[] = [];

  beforeAll(async () => {
    world = await createMountedFixture("main.ts", { MAX_CALLS_IN_FLIGHT_PER_KEY: "100" });
    ({ mount } = world);
  });
  afterAll(async () => {
    await mount?.stop();
    await world?.close();
  });

  test("and started again takes with it no row of the log that is older than a second, and no change", async () => {
    const { secret: key } = await world.fixture.key({ rateLimits: { day: 1_000_000 } });
    const body = () => ({ email: newEmail() });
    const create = { method: "POST", path: "/staging/customers", key, body } as const;
    const look = { method: "GET", path: "/staging/key", key } as const;
    for (let round = 0; round < ROUNDS; round++) {
      const traffic = new Traffic(mount, [look, look, look, create], { callers: 32 });
      await answersFromNow(traffic, CALLS);
      kills.push(Date.now());
      await Promise.all([mount.kill(), traffic.stop()]);
      told.push(...traffic.told);
      mount = await startMount("main.ts", world.fixture.databaseUrl, { PORT: new URL(mount.url).port });
    }
    const mayLack = ({ endedAt }: Told) =>
      kills.some((at) => endedAt > at - LOST_MS && endedAt <= at + LOST_MS);
    // With what a process counts of its own it counts what another one had written and not counted.
    const last = new Traffic(mount, [look], { callers: 1 });
    await answersFromNow(last, 1);
    await last.stop();
    told.push(...last.told);
    const made = told.filter(({ method, status }) => method === "POST" && status === 201).length;
    const [stored] = await sqlOf(world.fixture)<
      { count: number }[]
    >`select count(*)::int as count from customers`;
    expect(stored?.count).toBeGreaterThanOrEqual(made);
    const lost = await expectOneRowEach(world.fixture, told, mayLack);
    process.stdout.write(`${ROUNDS} kills took ${lost} rows of ${told.length} calls\n`);
  });
});
