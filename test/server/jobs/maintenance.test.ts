// @module-tag long
import { testFixture } from "@test/support/suite";
import { countCalls } from "@test/support/usage";
import { describe, expect, test, vi } from "vitest";
import { runMaintenance } from "@/server/jobs/maintenance";
import { startQueue } from "@/server/jobs/queue";
import { getJob, getJobResult } from "@/server/services/jobs";
import { getKey } from "@/server/services/keys";
import { getKeyUsage, getOverallUsage, getPermissionUse } from "@/server/services/usage";
import { seenFrom } from "../services/findings/support";
import { sqlOf } from "../services/support";
import { send, storedEvents } from "../services/telemetry/support";
import { keyWithRow, start, work, workerOf } from "./support";

const fixture = testFixture();

const DAY = 86_400;
const never = new AbortController().signal;

const keep = (retention: object) =>
  sqlOf(
    fixture,
  )`insert into settings (name, value) values ('retention', ${JSON.stringify(retention)}::text::jsonb)
    on conflict (name) do update set value = excluded.value`;

const typesLeft = async () => (await storedEvents(fixture)).map(({ type }) => type);

/** Events on the first day of the fixture, then time passes. */
async function eventsFrom(days: number): Promise<void> {
  await send(fixture, [{ type: "old" }]);
  fixture.clock.advance(days * DAY);
  await send(fixture, [{ type: "new" }]);
}

describe("Telemetry", () => {
  test("is kept for 90 days where nothing else is set, and its figures stay for good", async () => {
    await eventsFrom(90);
    await runMaintenance(workerOf(fixture), never);
    expect((await typesLeft()).sort()).toEqual(["new", "old"]);
    fixture.clock.advance(DAY);
    await runMaintenance(workerOf(fixture), never);
    expect(await typesLeft()).toEqual(["new"]);
    const daily = await sqlOf(fixture)`select accepted from telemetry_daily`;
    expect(daily).toHaveLength(2);
  });

  test("is kept for as long as the settings say", async () => {
    await keep({ telemetryDays: 7 });
    await eventsFrom(8);
    await runMaintenance(workerOf(fixture), never);
    expect(await typesLeft()).toEqual(["new"]);
  });

  test.each([{ telemetryDays: 0 }, { telemetryDays: "7" }, { telemetryDays: 1.5 }])(
    "is not dropped by a setting that makes no sense: %j",
    async (retention) => {
      await keep(retention);
      await eventsFrom(400);
      await runMaintenance(workerOf(fixture), never);
      expect((await typesLeft()).sort()).toEqual(["new", "old"]);
      expect(fixture.log()).toContain("drop old telemetry");
    },
  );

  test("that is being read is dropped in a later round, and nobody hears of a fault", async () => {
    await keep({ telemetryDays: 1 });
    await eventsFrom(3);
    await sqlOf(fixture).begin(async (sql) => {
      await sql`select 1 from telemetry_events limit 1`;
      await runMaintenance(workerOf(fixture), never);
      expect(fixture.log()).toContain("is dropped later");
    });
    expect((await typesLeft()).sort()).toEqual(["new", "old"]);
    expect(fixture.log()).not.toContain('"level":"error"');
    await runMaintenance(workerOf(fixture), never);
    expect(await typesLeft()).toEqual(["new"]);
  });
});

describe("The figures of keys", () => {
  const hoursLeft = async () => {
    const rows = await sqlOf(fixture)`select calls::int as calls from usage_hourly order by hour`;
    return rows.map(({ calls }) => calls);
  };
  /** Calls on the first day of the fixture, then time passes, and there are calls again. */
  async function callsFrom(days: number) {
    const { key } = await fixture.key({ permissions: ["customers:write"] });
    await countCalls(fixture, [{ key, calls: 3 }]);
    await seenFrom(fixture, key, { firstSeenAt: fixture.clock.now(), usedBeforeAt: null });
    fixture.clock.advance(days * DAY);
    const again = { key, calls: 5, route: "POST /customers", permission: "customers:write" };
    await countCalls(fixture, [again]);
    return key;
  }

  test("are kept for 400 days, and of the networks of a key the newest for good", async () => {
    const key = await callsFrom(400);
    const sql = sqlOf(fixture);
    const networks = () => sql`select network::text from key_networks where key_id = ${key.id}`;
    const [newest] = await networks();
    await sql`
      insert into key_networks (key_id, network, first_seen_at, last_seen_at, calls)
      select key_id, '198.51.100.0/24', first_seen_at, last_seen_at - interval '1 day', calls
      from key_networks where key_id = ${key.id}`;
    await runMaintenance(workerOf(fixture), never);
    expect(await hoursLeft()).toEqual([3, 5]);
    fixture.clock.advance(DAY);
    await runMaintenance(workerOf(fixture), never);
    expect(await hoursLeft()).toEqual([5]);
    expect(await networks()).toEqual([newest]);
  });

  test("are kept for as long as the log, whose chart is made of them", async () => {
    await keep({ logDays: 700 });
    await callsFrom(700);
    await runMaintenance(workerOf(fixture), never);
    expect(await hoursLeft()).toEqual([3, 5]);
  });

  test("take neither last uses nor the installation's figures along, nor what is shown of a key", async () => {
    const key = await callsFrom(500);
    const last = new Date(fixture.clock.now().getTime() - 500 * DAY * 1_000).toISOString();
    await sqlOf(fixture)`update api_keys set last_used_at = ${last} where id = ${key.id}`;
    const ctx = fixture.context();
    const shown = async () => ({
      key: await getKey(ctx, { id: key.id }),
      permissions: await getPermissionUse(ctx, { id: key.id }),
      ofKey: await getKeyUsage(ctx, { id: key.id, span: "30d" }),
      overall: await getOverallUsage(ctx, { environment: null, span: "30d" }),
      totals: await sqlOf(fixture)`select * from usage_totals order by hour`,
    });
    const before = await shown();
    expect(before.permissions).toMatchObject([
      { permission: "customers:read", calls: 0, lastAt: last },
      { permission: "customers:write", calls: 5 },
    ]);
    expect(before.totals).toHaveLength(2);
    await runMaintenance(workerOf(fixture), never);
    expect(await hoursLeft()).toEqual([5]);
    expect(await shown()).toEqual(before);
  });

  test("go to the last row, however many batches that takes", async () => {
    await sqlOf(fixture)`
      insert into usage_hourly select ${fixture.clock.now().toISOString()}, 'key_' || n, 'staging', '', '', 2, '', 1, 1
      from generate_series(1, 12000) as n`;
    fixture.clock.advance(401 * DAY);
    await runMaintenance(workerOf(fixture), never);
    expect(await hoursLeft()).toEqual([]);
  });
});

describe("A round of maintenance", () => {
  test("does every task although one has nothing it can do its work on", async () => {
    const key = await keyWithRow(fixture);
    await sqlOf(fixture)`insert into idempotency_records
      values (${key.id}, 'once', 'staging', '\\x00', 200, '{}', '', ${fixture.clock.now().toISOString()})`;
    await keep({ telemetryDays: 1 });
    await eventsFrom(3);
    await sqlOf(fixture)`alter table idempotency_records rename to away`;
    await runMaintenance(workerOf(fixture), never);
    expect(await typesLeft()).toEqual(["new"]);
    expect(fixture.log()).toContain("expire idempotency records");
    // No text of the error: it may quote rows.
    expect(fixture.log()).not.toContain("does not exist");
    await sqlOf(fixture)`alter table away rename to idempotency_records`;
    await runMaintenance(workerOf(fixture), never);
    expect(await sqlOf(fixture)`select 1 from idempotency_records`).toEqual([]);
  });

  test("repeats a task until it has nothing left to do, and goes on to the next", async () => {
    const left = { first: 3, second: 1 };
    const done: string[] = [];
    const task = (name: keyof typeof left) => async () => {
      done.push(name);
      return left[name]-- > 0 ? 1 : 0;
    };
    await runMaintenance(workerOf(fixture), never, { first: task("first"), second: task("second") });
    expect(done).toEqual(["first", "first", "first", "first", "second", "second"]);
  });

  test("ends between two batches when it is asked to stop", async () => {
    const stop = new AbortController();
    let batches = 0;
    const endless = async () => {
      if (++batches === 2) stop.abort();
      return 1;
    };
    await runMaintenance(workerOf(fixture), stop.signal, { endless, next: endless });
    expect(batches).toBe(2);
  });
});

test("Maintenance takes results, inputs and first answers away when their time is over, and keeps the record", async () => {
  const key = await keyWithRow(fixture);
  const product = "Kept for a week";
  const generation = await start(fixture, key, { type: "licenses.generate", input: { product, count: 1 } });
  await work(fixture, generation.id);
  const { id } = await start(fixture, key, { type: "licenses.export", input: { filter: { product } } });
  await work(fixture, id);
  await sqlOf(fixture)`insert into idempotency_records
    values (${key.id}, 'once', 'staging', '\\x00', 200, '{}', '', ${fixture.clock.now().toISOString()})`;
  const counts = async () => {
    const [row] = await sqlOf(fixture)<[{ parts: number; answers: number }]>`select
      (select count(*)::int from job_result_parts where job_id = ${id}) as parts,
      (select count(*)::int from idempotency_records) as answers`;
    return row;
  };
  await runMaintenance(workerOf(fixture), never);
  expect(await counts()).toEqual({ parts: 1, answers: 1 });
  fixture.clock.advance(DAY + 1);
  await runMaintenance(workerOf(fixture), never);
  expect(await counts()).toEqual({ parts: 1, answers: 0 });
  fixture.clock.advance(6 * DAY);
  await expect(getJobResult(fixture.context(key), { id })).rejects.toMatchObject({ code: "not_found" });
  await runMaintenance(workerOf(fixture), never);
  expect(await counts()).toEqual({ parts: 0, answers: 0 });
  expect(await getJob(fixture.context(key), { id })).toMatchObject({ status: "succeeded" });
});

test("Maintenance runs with the queue, at its start and again and again", async () => {
  const drop = async () => {
    await sqlOf(fixture)`
      insert into request_log_writers (writer, last_batch, at) values (gen_random_uuid(), 1, '2020-01-01')`;
    const old = () => sqlOf(fixture)`select 1 from request_log_writers where at < '2021-01-01'`;
    await vi.waitFor(async () => expect(await old()).toEqual([]), { timeout: 10_000 });
  };
  const queue = await startQueue(workerOf(fixture), { webhooks: 60_000, poll: 60_000, maintenance: 50 });
  try {
    await drop();
    await drop();
  } finally {
    await queue.stop();
  }
});
