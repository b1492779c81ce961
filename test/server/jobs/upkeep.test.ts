import { createWorld, type World } from "@test/support/world";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { poll } from "@/server/db/embedded/processes";
import { startQueue } from "@/server/jobs/queue";
import { runUpkeep } from "@/server/jobs/upkeep";
import { sqlOf } from "../services/support";
import { send, storedEvents } from "../services/telemetry/support";
import { keyWithRow, workerOf } from "./support";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world?.close());

const DAY = 86_400;
const never = new AbortController().signal;

const keep = (retention: object) =>
  sqlOf(
    world,
  )`insert into settings (name, value) values ('retention', ${JSON.stringify(retention)}::text::jsonb)
    on conflict (name) do update set value = excluded.value`;

const typesLeft = async () => (await storedEvents(world)).map(({ type }) => type);

/** Events on the first day of the world, then time passes. */
async function eventsFrom(days: number): Promise<void> {
  await send(world, [{ type: "old" }]);
  world.clock.advance(days * DAY);
  await send(world, [{ type: "new" }]);
}

describe("Telemetry", () => {
  test("is kept for 90 days where nothing else is set, and its figures stay for good", async () => {
    await eventsFrom(90);
    await runUpkeep(workerOf(world), never);
    expect((await typesLeft()).sort()).toEqual(["new", "old"]);
    world.clock.advance(DAY);
    await runUpkeep(workerOf(world), never);
    expect(await typesLeft()).toEqual(["new"]);
    const daily = await sqlOf(world)`select accepted from telemetry_daily`;
    expect(daily).toHaveLength(2);
  });

  test("is kept for as long as the settings say", async () => {
    await keep({ telemetryDays: 7 });
    await eventsFrom(8);
    await runUpkeep(workerOf(world), never);
    expect(await typesLeft()).toEqual(["new"]);
  });

  test.each([{ telemetryDays: 0 }, { telemetryDays: "7" }, { telemetryDays: 1.5 }])(
    "is not dropped by a setting that makes no sense: %j",
    async (retention) => {
      await keep(retention);
      await eventsFrom(400);
      await runUpkeep(workerOf(world), never);
      expect((await typesLeft()).sort()).toEqual(["new", "old"]);
      expect(world.log()).toContain("drop old telemetry");
    },
  );

  test("that is being read is dropped in a later round, and nobody hears of a fault", async () => {
    await keep({ telemetryDays: 1 });
    await eventsFrom(3);
    await sqlOf(world).begin(async (sql) => {
      await sql`select 1 from telemetry_events limit 1`;
      await runUpkeep(workerOf(world), never);
      expect(world.log()).toContain("is dropped later");
    });
    expect((await typesLeft()).sort()).toEqual(["new", "old"]);
    expect(world.log()).not.toContain('"level":50');
    await runUpkeep(workerOf(world), never);
    expect(await typesLeft()).toEqual(["new"]);
  });
});

describe("A round of upkeep", () => {
  test("does every chore although one has nothing it can do its work on", async () => {
    const key = await keyWithRow(world);
    await sqlOf(world)`insert into idempotency_records
      values (${key.id}, 'once', 'staging', '\\x00', 200, '{}', '', ${world.clock.now().toISOString()})`;
    await keep({ telemetryDays: 1 });
    await eventsFrom(3);
    await sqlOf(world)`alter table idempotency_records rename to away`;
    await runUpkeep(workerOf(world), never);
    expect(await typesLeft()).toEqual(["new"]);
    expect(world.log()).toContain("expire idempotency records");
    // No text of the error: it may quote rows.
    expect(world.log()).not.toContain("does not exist");
    await sqlOf(world)`alter table away rename to idempotency_records`;
    await runUpkeep(workerOf(world), never);
    expect(await sqlOf(world)`select 1 from idempotency_records`).toEqual([]);
  });

  test("repeats a chore until it has nothing left to do, and goes on to the next", async () => {
    const left = { first: 3, second: 1 };
    const done: string[] = [];
    const chore = (name: keyof typeof left) => async () => {
      done.push(name);
      return left[name]-- > 0 ? 1 : 0;
    };
    await runUpkeep(workerOf(world), never, { first: chore("first"), second: chore("second") });
    expect(done).toEqual(["first", "first", "first", "first", "second", "second"]);
  });

  test("ends between two batches when it is asked to stop", async () => {
    const stop = new AbortController();
    let batches = 0;
    const endless = async () => {
      if (++batches === 2) stop.abort();
      return 1;
    };
    await runUpkeep(workerOf(world), stop.signal, { endless, next: endless });
    expect(batches).toBe(2);
  });
});

test("Upkeep runs by the clock of the queue: every ten minutes, in one process", async () => {
  const queue = await startQueue(workerOf(world), world.databaseUrl);
  try {
    const schedule = await poll(async () => {
      const rows = await sqlOf(world)<
        { cron: string }[]
      >`select cron from pgboss.schedule where name = 'upkeep'`;
      return rows.length > 0 ? rows : undefined;
    }, 10_000);
    expect(schedule).toEqual([{ cron: "*/10 * * * *" }]);
  } finally {
    await queue.stop();
  }
});
