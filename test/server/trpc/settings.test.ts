// @module-tag long
import { call as callApi, inProcess } from "@test/support/calls";
import { testFixture } from "@test/support/suite";
import { beforeEach, describe, expect, test } from "vitest";
import type { LogWriterView } from "@/contracts/requests";
import type { RetentionDryRun } from "@/contracts/settings";
import { runMaintenance } from "@/server/jobs/maintenance";
import { workerOf } from "../jobs/support";
import { everyRow, sqlOf } from "../services/support";
import { send as sendEvents } from "../services/telemetry/support";
import { call, SESSION_COOKIE, type SignedInAdmin, signedIn, tokenOf } from "./support";

const DAY = 86_400;

const fixture = testFixture();
let owner: SignedInAdmin;
let cookie: string;

beforeEach(async () => {
  owner = await signedIn(fixture, "owner");
  cookie = owner.cookie;
});

const query = (name: string, input?: unknown) =>
  call(fixture, "query", `settings.${name}`, input, { cookie });
const mutate = (name: string, input: unknown) =>
  call(fixture, "mutation", `settings.${name}`, input, { cookie });
const dryRun = async (logDays: number, telemetryDays: number) =>
  (await query("tryRetention", { logDays, telemetryDays })).data as RetentionDryRun;

/** The days that stand in a table, by its partitions. */
async function daysOf(table: "requests" | "telemetry_events"): Promise<string[]> {
  const rows = await sqlOf(fixture)<{ name: string }[]>`
    select relname as name from pg_inherits join pg_class on oid = inhrelid
    where inhparent = ${table}::regclass order by 1`;
  return rows.map(({ name }) => name.replace(/^.*_(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"));
}

/** A call and an event on each of so many days, the last of which is today. Nobody stays signed in over a night. */
async function useFor(days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    if (day > 0) fixture.clock.advance(DAY);
    await callApi(inProcess(fixture), "GET", "/staging/key");
    await fixture.runtime.requestLog.flush();
    await sendEvents(fixture, [{ type: "used" }]);
  }
  cookie = `${SESSION_COOKIE}=${await tokenOf(fixture, owner.id)}`;
}

describe("A dry run of retention", () => {
  test("names the very days that maintenance then drops, of the log and of telemetry, and drops none itself", async () => {
    await useFor(5);
    const before = [await daysOf("requests"), await daysOf("telemetry_events")] as const;
    const { logDays, telemetryDays } = await dryRun(1, 3);
    expect([await daysOf("requests"), await daysOf("telemetry_events")]).toEqual(before);
    expect(logDays.days).toEqual(expect.arrayContaining(["2023-11-23", "2023-11-24", "2023-11-25"]));
    expect(telemetryDays.days).toContain("2023-11-23");
    expect(telemetryDays.days).not.toContain("2023-11-24");

    await mutate("changeRetention", { logDays: 1, telemetryDays: 3 });
    await runMaintenance(workerOf(fixture), new AbortController().signal);
    const left = [await daysOf("requests"), await daysOf("telemetry_events")] as const;
    const without = (days: string[], gone: string[]) => days.filter((day) => !gone.includes(day));
    // Maintenance also makes the days to come.
    expect(left[0]).toEqual(expect.arrayContaining(without(before[0], logDays.days)));
    expect(left[0].filter((day) => logDays.days.includes(day))).toEqual([]);
    expect(left[1]).toEqual(without(before[1], telemetryDays.days));
    expect(await dryRun(1, 3)).toMatchObject({
      logDays: { days: [], bytes: 0 },
      telemetryDays: { days: [] },
    });
  });

  test("tells the size on disk, and how many rows Postgres estimates, once it has looked", async () => {
    await useFor(3);
    const [{ size = 0 } = {}] = await sqlOf(fixture)<{ size: number }[]>`
      select pg_total_relation_size('requests_20231123')::float8 as size`;
    const blind = (await dryRun(1, 1)).logDays;
    expect(blind.unestimatedDays).toBe(1);
    expect(blind.estimatedRows).toBe(0);
    expect(blind.bytes).toBeGreaterThanOrEqual(size);
    await sqlOf(fixture)`analyze requests_20231123`;
    const { logDays } = await dryRun(1, 1);
    expect(logDays).toMatchObject({ estimatedRows: 1, unestimatedDays: 0 });
  });

  test("of what is kept anyway finds nothing", async () => {
    await useFor(2);
    expect((await dryRun(3_650, 3_650)).logDays).toEqual({
      days: [],
      bytes: 0,
      estimatedRows: 0,
      unestimatedDays: 0,
    });
  });
});

describe("Input that makes no sense is refused with its field, and nothing is stored:", () => {
  test.each([0, -1, 3_651, 1.5, "7", null, true])("%j days", async (days) => {
    const before = await everyRow(fixture);
    for (const field of ["logDays", "telemetryDays"]) {
      const rest = { logDays: 7, telemetryDays: 7, [field]: days };
      const answers = [
        await mutate("changeRetention", { [field]: days }),
        await query("tryRetention", rest),
        await mutate("changeRetention", rest),
      ];
      for (const { status, error } of answers) {
        expect(status).toBe(422);
        expect(error?.data).toMatchObject({ code: "validation_failed", errors: [{ path: field }] });
      }
    }
    expect(await everyRow(fixture)).toEqual(before);
  });

  test.each([1, "true", null, {}])("%j as a switch", async (value) => {
    const before = await everyRow(fixture);
    const { status, error } = await mutate("changeRequestLog", { bodies: value });
    expect(status).toBe(422);
    expect(error?.data.errors).toMatchObject([{ path: "bodies" }]);
    expect(await everyRow(fixture)).toEqual(before);
  });

  test.each([
    ["changeRequestLog", { headers: true, cookies: true }],
    ["changeRetention", { logDays: 7, auditDays: 7 }],
    ["changeRetention", { headers: true }],
    ["changeRequestLog", {}],
    ["changeRetention", {}],
    ["changeRetention", [7]],
    ["changeRetention", "7"],
  ])("%s of %j", async (name, input) => {
    const before = await everyRow(fixture);
    expect((await mutate(name, input)).status).toBe(422);
    expect(await everyRow(fixture)).toEqual(before);
  });
});

test("The bounds themselves are taken: one day, and ten years", async () => {
  const answer = await mutate("changeRetention", { logDays: 1, telemetryDays: 3_650 });
  expect(answer.data).toEqual({ logDays: 1, telemetryDays: 3_650 });
  expect((await query("retention")).data).toEqual({ logDays: 1, telemetryDays: 3_650 });
});

test("The writer's figures are those of the process that answers, since its start", async () => {
  const before = (await query("logWriter")).data as LogWriterView;
  expect(before).toMatchObject({ buffered: 0, written: 0, waited: 0, rejected: 0, refused: 0 });
  expect(before).toMatchObject({ pid: process.pid, since: "2023-11-23T12:30:30.000Z", capacity: 20_000 });
  fixture.clock.advance(60);
  await callApi(inProcess(fixture), "GET", "/staging/key");
  await fixture.runtime.requestLog.flush();
  expect((await query("logWriter")).data).toEqual({ ...before, written: 1 });
});
