import { adminOf, keyPrincipal } from "@test/support/fixture";
import { ownFixture, suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { sendTelemetrySchema } from "@/contracts/schemas/telemetry";
import { parse } from "@/server/core/validation";
import { migrateDatabase } from "@/server/database/migrate";
import { withIdempotency } from "@/server/services/idempotency";
import { dropOldDays } from "@/server/services/settings";
import { ingestTelemetry, listTelemetry } from "@/server/services/telemetry";
import { refusal } from "../support";
import { send, storedEvents } from "./support";

const fixture = suiteFixture();

const DAY = 86_400;

const partitions = async () => {
  const rows = await fixture.runtime.databases.owner.$client<{ name: string }[]>`
    select inhrelid::regclass::text as name from pg_inherits
    where inhparent = 'telemetry_events'::regclass order by 1`;
  return rows.map(({ name }) => name);
};

const today = () => `telemetry_events_${fixture.clock.now().toISOString().slice(0, 10).replaceAll("-", "")}`;

describe("A batch that finds no partition", () => {
  test("right before and right after midnight makes the day and is stored, 20 of them at once", async () => {
    // Noon to the last second of a day a year ahead, which nobody can have prepared.
    fixture.clock.advance(365 * DAY + 11 * 3_600 + 29 * 60 + 29);
    expect(fixture.clock.now().toISOString()).toBe("2024-11-22T23:59:59.000Z");
    expect(await partitions()).not.toContain(today());
    const before = (await storedEvents(fixture)).length;
    const batches = () => Promise.all(Array.from({ length: 20 }, () => send(fixture, [{ type: "night" }])));
    await batches();
    expect(await partitions()).toContain(today());
    fixture.clock.advance(1);
    await batches();
    expect(await partitions()).toContain(today());
    expect((await storedEvents(fixture)).length).toBe(before + 40);
  });

  test("is not lost either by a scoped key, or in the transaction of an Idempotency-Key", async () => {
    const { key } = await fixture.key({ permissions: ["telemetry:write"] });
    for (const customers of [null, []]) {
      fixture.clock.advance(30 * DAY);
      expect(await partitions()).not.toContain(today());
      const ctx = fixture.context(keyPrincipal({ id: key.id, customers }));
      if (ctx.principal.kind !== "key") throw new Error("A key's context");
      const request = { idempotencyKey: `night ${customers}`, fingerprintOf: [] };
      const answer = await withIdempotency(
        { ...ctx, principal: ctx.principal },
        request,
        async (ctx) => ({
          status: 202,
          headers: {},
          body: JSON.stringify(
            await ingestTelemetry(ctx, parse(sendTelemetrySchema, { events: [{ type: "once" }] })),
          ),
        }),
        (error) => {
          throw error;
        },
      );
      expect(answer.answer.body).toBe('{"accepted":1,"flagged":0}');
      expect(await partitions()).toContain(today());
    }
  });
});

describe("Partitions", () => {
  test("are there after a start for this day and the next seven, and a second start changes nothing", async () => {
    await migrateDatabase(fixture.databaseUrl);
    const before = await partitions();
    await migrateDatabase(fixture.databaseUrl);
    expect(await partitions()).toEqual(before);
    const names = Array.from({ length: 7 }, (_, day) =>
      new Date(Date.now() + day * DAY * 1_000).toISOString().slice(0, 10).replaceAll("-", ""),
    );
    expect(before).toEqual(expect.arrayContaining(names.map((day) => `telemetry_events_${day}`)));
  });

  test("begin and end at midnight UTC, whatever the session's time zone is", async () => {
    const [row] = await fixture.runtime.databases.owner.$client.begin(async (sql) => {
      await sql`set local timezone = 'Asia/Tokyo'`;
      await sql`select ensure_telemetry_partitions('2031-05-05', 1)`;
      await sql`set local timezone = 'UTC'`;
      return sql`select pg_get_expr(relpartbound, oid) as bound from pg_class where relname = 'telemetry_events_20310505'`;
    });
    expect(row?.bound).toBe("FOR VALUES FROM ('2031-05-05 00:00:00+00') TO ('2031-05-06 00:00:00+00')");
  });

  test("are made for no more than a month at once, and for no absurd day", async () => {
    const sql = fixture.runtime.databases.owner.$client;
    await expect(sql`select ensure_telemetry_partitions('2031-05-05', 32)`).rejects.toThrow(/1 to 31 days/);
    await expect(sql`select ensure_telemetry_partitions('1999-12-31', 1)`).rejects.toThrow(/1 to 31 days/);
  });
});

describe("Dropping old events", () => {
  test("takes whole days before those to be kept, and says beforehand which", async () => {
    const fresh = await ownFixture();
    await send(fresh, [{ type: "old" }]);
    fresh.clock.advance(DAY);
    await send(fresh, [{ type: "kept" }]);
    fresh.clock.advance(DAY);
    const ctx = fresh.context();
    const types = async () => (await listTelemetry(ctx, { limit: 10 })).data.map(({ type }) => type);
    const plan = await dropOldDays(ctx, { kind: "telemetryDays", keepDays: 1, dryRun: true });
    expect(plan.days).toContain("2023-11-23");
    expect(plan.days).not.toContain("2023-11-24");
    expect(await types()).toEqual(["kept", "old"]);
    expect(await dropOldDays(ctx, { kind: "telemetryDays", keepDays: 1 })).toMatchObject({ days: plan.days });
    expect(await types()).toEqual(["kept"]);
    expect(await dropOldDays(ctx, { kind: "telemetryDays", keepDays: 1 })).toMatchObject({ days: [] });
  });

  test("is for nobody who may not change the settings", async () => {
    const ctx = fixture.context(adminOf("admin"));
    await expect(dropOldDays(ctx, { kind: "telemetryDays", keepDays: 1 })).rejects.toEqual(
      refusal("permission_denied"),
    );
    const key = fixture.context(keyPrincipal());
    await expect(dropOldDays(key, { kind: "telemetryDays", keepDays: 1 })).rejects.toEqual(
      refusal("permission_denied"),
    );
  });
});
