import { adminOf, keyPrincipal } from "@test/support/fixture";
import { ownFixture, suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { telemetryByDaySchema } from "@/contracts/schemas/telemetry";
import { encodeCursor } from "@/server/core/cursor";
import { newId } from "@/server/core/ids";
import { withTransaction } from "@/server/database/session";
import { updateLicense } from "@/server/services/licenses";
import { dropOldDays } from "@/server/services/settings";
import { countTelemetryByDay, listTelemetry, listTelemetryNames } from "@/server/services/telemetry";
import { newLicense, refusal } from "../support";
import { send } from "./support";

const fixture = suiteFixture();

const DAY = 86_400;

const list = async (input: Partial<Parameters<typeof listTelemetry>[1]>, ctx = fixture.context()) =>
  listTelemetry(ctx, { limit: 100, ...input });
const typesOf = ({ data }: { data: { type: string }[] }) => data.map(({ type }) => type);

describe("A list of events", () => {
  test("filters by type, product, flag and time of receipt", async () => {
    const from = fixture.clock.now().toISOString();
    await send(fixture, [{ type: "start", product: "Filtered" }]);
    fixture.clock.advance(60);
    const to = fixture.clock.now().toISOString();
    await send(fixture, [{ type: "stop", product: "Filtered", licenseKey: "unknown" }]);
    const product = "Filtered";
    expect(typesOf(await list({ product }))).toEqual(["stop", "start"]);
    expect(typesOf(await list({ product, type: "start" }))).toEqual(["start"]);
    expect(typesOf(await list({ product, flagged: true }))).toEqual(["stop"]);
    expect(typesOf(await list({ product, flagged: false }))).toEqual(["start"]);
    expect(typesOf(await list({ product, from, to }))).toEqual(["start"]);
    expect(typesOf(await list({ product, from: to }))).toEqual(["stop"]);
    expect(typesOf(await list({ product, environment: "production" }))).toEqual([]);
  });

  test("filters by licence, and by whose it was when the event arrived", async () => {
    const [license, other] = [await newLicense(fixture), await newLicense(fixture)];
    const [first, next] = [license.customerId as `cus_${string}`, (await fixture.customer()).id];
    await send(fixture, [
      { type: "first", licenseKey: license.key },
      { type: "other", licenseKey: other.key },
      { type: "nobody's" },
    ]);
    await updateLicense(fixture.context(), { id: license.id, customerId: next });
    fixture.clock.advance(1);
    await send(fixture, [{ type: "next", licenseKey: license.key }]);
    expect(typesOf(await list({ licenseId: license.id }))).toEqual(["next", "first"]);
    expect(typesOf(await list({ customerId: first }))).toEqual(["first"]);
    expect(typesOf(await list({ customerId: next, licenseId: license.id }))).toEqual(["next"]);
    expect(typesOf(await list({ customerId: next, licenseId: other.id }))).toEqual([]);
    expect(typesOf(await list({ licenseId: newId("lic") }))).toEqual([]);
    const scoped = fixture.context(keyPrincipal({ customers: [next] }));
    expect(typesOf(await list({ licenseId: license.id }, scoped))).toEqual(["next"]);
    expect(typesOf(await list({ customerId: first }, scoped))).toEqual([]);
  });

  test("pages both ways across midnight and through events of one instant, each event once", async () => {
    const product = "Paged";
    for (let day = 0; day < 3; day++) {
      await send(fixture, [
        { type: "a", product },
        { type: "b", product },
      ]);
      fixture.clock.advance(DAY);
    }
    const whole = (await list({ product })).data.map(({ id }) => id);
    expect(whole).toHaveLength(6);
    const first = await list({ product, limit: 2 });
    const second = await list({ product, limit: 3, cursor: first.nextCursor });
    await send(fixture, [{ type: "later", product }]);
    const third = await list({ product, limit: 3, cursor: second.nextCursor });
    expect([first, second, third].flatMap(({ data }) => data.map(({ id }) => id))).toEqual(whole);
    expect(third.nextCursor).toBeNull();
    const back = await list({ product, limit: 3, cursor: third.previousCursor });
    expect(back.data).toEqual(second.data);
  });

  test.each([
    "garbage",
    encodeCursor(["next", "", newId("evt")]),
    encodeCursor(["next", "yesterday", newId("evt")]),
    encodeCursor(["next", "2023-01-01T00:00:00.000Z", newId("lic")]),
  ])("refuses the cursor %s", async (cursor) => {
    await expect(list({ cursor })).rejects.toEqual(refusal("validation_failed", "cursor"));
  });
});

describe("A key", () => {
  test("reads the events of its environment, and with a scope those of its customers alone", async () => {
    const product = "Isolated";
    const mine = await newLicense(fixture);
    const other = await newLicense(fixture);
    const customers = mine.customerId ? [mine.customerId] : [];
    await send(fixture, [{ type: "foreign", product }], { environment: "production" });
    await send(fixture, [{ type: "nobody's", product }]);
    await send(fixture, [{ type: "mine", product, licenseKey: mine.key }], { customers });
    await send(fixture, [{ type: "other's", product, licenseKey: other.key }]);
    const reads = async (deviations: Parameters<typeof keyPrincipal>[0]) =>
      typesOf(await list({ product }, fixture.context(keyPrincipal(deviations)))).sort();
    expect(await reads({})).toEqual(["mine", "nobody's", "other's"]);
    expect(await reads({ customers })).toEqual(["mine"]);
    expect(await reads({ customers: [] })).toEqual([]);
    expect(await reads({ environment: "production" })).toEqual(["foreign"]);
  });

  test("with the scope of a licence's next owner does not read what happened before", async () => {
    const license = await newLicense(fixture);
    const next = await fixture.customer();
    const product = "Sold";
    await send(fixture, [{ type: "before", product, licenseKey: license.key }]);
    await updateLicense(fixture.context(), { id: license.id, customerId: next.id });
    await send(fixture, [{ type: "after", product, licenseKey: license.key }]);
    const scoped = fixture.context(keyPrincipal({ customers: [next.id] }));
    expect(typesOf(await list({ product }, scoped))).toEqual(["after"]);
  });

  test("finds no way around: not by a query without a filter, not by a day's own table, not by a change", async () => {
    await send(fixture, [{ type: "foreign" }], { environment: "production" });
    const run = (query: string) =>
      withTransaction(fixture.context(keyPrincipal({ environment: "development" })), ({ tx }) =>
        tx.execute(query),
      );
    expect(await run("select * from telemetry_events")).toHaveLength(0);
    expect(await run("select * from telemetry_daily")).toHaveLength(0);
    const day = fixture.clock.now().toISOString().slice(0, 10).replaceAll("-", "");
    const denied = { cause: expect.objectContaining({ code: "42501" }) };
    for (const query of [
      `select * from telemetry_events_${day}`,
      "update telemetry_events set type = 'x'",
      "delete from telemetry_events",
      `insert into telemetry_daily values ('production', '${"2023-01-01"}', 1, 1)`,
    ]) {
      await expect(run(query)).rejects.toMatchObject(denied);
    }
  });
});

describe("The figures per day", () => {
  test("count 30 days, flagged and not, with zeros between, also where the events were dropped", async () => {
    const fresh = await ownFixture();
    const count = (environment: "staging" | "production" | null) =>
      countTelemetryByDay(fresh.context(adminOf("viewer")), { environment });
    await send(fresh, [{ type: "a" }, { type: "a", licenseKey: "unknown" }, { type: "a" }]);
    await send(fresh, [{ type: "a" }], { environment: "production" });
    fresh.clock.advance(2 * DAY);
    await send(fresh, [{ type: "a", licenseKey: "unknown" }]);
    await dropOldDays(fresh.context(), { kind: "telemetryDays", keepDays: 1 });
    const days = await count(null);
    expect(days).toHaveLength(30);
    expect(days.at(0)?.day).toBe("2023-10-27");
    expect(days.slice(-3)).toEqual([
      { day: "2023-11-23", flagged: 1, unflagged: 3 },
      { day: "2023-11-24", flagged: 0, unflagged: 0 },
      { day: "2023-11-25", flagged: 1, unflagged: 0 },
    ]);
    expect((await count("production")).slice(-3).map(({ unflagged }) => unflagged)).toEqual([1, 0, 0]);
    fresh.clock.advance(28 * DAY);
    expect((await count(null)).filter((day) => day.flagged + day.unflagged > 0)).toHaveLength(1);
  });

  test("lose nothing when batches come at once", async () => {
    const before = (await countTelemetryByDay(fixture.context(), { environment: "staging" })).at(-1);
    await Promise.all(Array.from({ length: 20 }, () => send(fixture, [{ type: "a" }, { type: "b" }])));
    const after = (await countTelemetryByDay(fixture.context(), { environment: "staging" })).at(-1);
    expect(after?.unflagged).toBe((before?.unflagged ?? 0) + 40);
  });
});

describe("The names that events bear", () => {
  test("are each given once, in order, of one environment or of all, and of the time asked for", async () => {
    const fresh = await ownFixture();
    await send(fresh, [{ type: "old", product: "Editor" }]);
    fresh.clock.advance(86_400);
    const from = fresh.clock.now().toISOString();
    await send(fresh, [{ type: "b" }, { type: "a", product: "Viewer" }, { type: "b", product: "Editor" }]);
    await send(fresh, [{ type: "live" }], { environment: "production" });
    const ctx = fresh.context();
    const types = (environment: "staging" | null, from: string | null) =>
      listTelemetryNames(ctx, { of: "type", environment, from });
    expect(await types("staging", null)).toEqual(["a", "b", "old"]);
    expect(await types("staging", from)).toEqual(["a", "b"]);
    expect(await types(null, from)).toEqual(["a", "b", "live"]);
    const products = await listTelemetryNames(ctx, { of: "product", environment: null, from: null });
    expect(products).toEqual(["Editor", "Viewer"]);
  });
});

describe("The figures of days", () => {
  test("are those of the days asked for, both included, and at most 366", async () => {
    const fresh = await ownFixture();
    await send(fresh, [{ type: "a" }, { type: "a", licenseKey: "unknown" }]);
    const count = (from: string | null, to: string | null) =>
      countTelemetryByDay(fresh.context(), { environment: null, from, to });
    const today = { day: "2023-11-23", flagged: 1, unflagged: 1 };
    const none = { flagged: 0, unflagged: 0 };
    expect(await count("2023-11-22", "2023-11-24")).toEqual([
      { day: "2023-11-22", ...none },
      today,
      { day: "2023-11-24", ...none },
    ]);
    expect(await count("2023-11-23", "2023-11-23")).toEqual([today]);
    expect((await count(null, null)).map(({ day }) => day)).toEqual(
      expect.arrayContaining(["2023-10-25", "2023-11-23"]),
    );
    expect(await count("2020-01-01", null)).toHaveLength(366);
    expect(telemetryByDaySchema.safeParse({ from: "2023-01-01", to: "2024-01-01" }).success).toBe(true);
    for (const [from, to] of [
      ["2023-01-01", "2024-01-02"],
      ["2023-01-02", "2023-01-01"],
      ["2023-02-30", null],
    ]) {
      expect(telemetryByDaySchema.safeParse({ from, to }).success).toBe(false);
    }
  });
});
