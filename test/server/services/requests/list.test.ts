import { addRequest } from "@test/support/requests";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { DAY_MS, MINUTE_MS } from "@/contracts/durations";
import { NO_KEY, requestRowName } from "@/contracts/request-queries";
import {
  listRequestsSchema,
  type RequestFilterInput,
  tailRequestsSchema,
} from "@/contracts/schemas/request-queries";
import { encodeCursor } from "@/server/core/cursor";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { requestIdOf } from "@/server/database/request-columns";
import { exportRequests, getRequest, listRequests, tailRequests } from "@/server/services/requests";
import { keyWithRow, start } from "../../jobs/support";
import { refusal, textsOf } from "../support";

const fixture = suiteFixture();

type Input = Partial<z.input<typeof listRequestsSchema>>;

const list = (input: Input, in_ = fixture) => {
  return listRequests(in_.context(), parse(listRequestsSchema, { limit: 100, ...input }));
};
const minutesAgo = (minutes: number) => new Date(fixture.clock.now().getTime() - minutes * MINUTE_MS);
const entriesOf = ({ data }: Awaited<ReturnType<typeof list>>) => data.map(({ rowId }) => rowId);

describe("A list of calls", () => {
  test("shows each with its level, its key's name and its address", async () => {
    const { key } = await fixture.key({ name: "Billing sync" });
    const fields = { keyId: key.id, limitShare: 85, code: null, query: "limit=2" } as const;
    const { rowId, at } = await addRequest(fixture, fields);
    const { data } = await list({ keyId: key.id });
    expect(data).toEqual([
      {
        rowId,
        at: at.toISOString(),
        requestId: expect.stringMatching(/^req_/),
        level: "warning",
        method: "GET",
        path: "/api/v1/staging/customers",
        query: "limit=2",
        route: "GET /customers",
        status: 200,
        code: null,
        durationMs: 1.5,
        environment: "staging",
        key: { id: key.id, name: "Billing sync" },
        address: "198.51.100.7",
        standsFor: null,
      },
    ]);
  });

  test("pages both ways, also through calls of one instant and across midnight, each once, while more come in", async () => {
    const keyId = newId("key");
    const instants = [0, 0, 0, 0, 1, 1, 800, 800, 1600];
    for (const minutes of instants) await addRequest(fixture, { keyId, at: minutesAgo(minutes) });
    const query = { keyId, period: "7d" } as const;
    const whole = entriesOf(await list(query));
    expect(whole).toHaveLength(instants.length);
    const page = (cursor: string | null, limit: number) =>
      listRequests(fixture.context(), { ...query, limit, cursor });
    const first = await page(null, 2);
    expect(first.previousCursor).toBeNull();
    fixture.clock.advance(1);
    await addRequest(fixture, { keyId });
    const second = await page(first.nextCursor, 3);
    const third = await page(second.nextCursor, 3);
    const last = await page(third.nextCursor, 3);
    expect([first, second, third, last].flatMap(entriesOf)).toEqual(whole);
    expect(last.nextCursor).toBeNull();
    expect(entriesOf(await page(last.previousCursor, 3))).toEqual(entriesOf(third));
    expect(entriesOf(await page(third.previousCursor, 3))).toEqual(entriesOf(second));
    // One more stands before the first page by now.
    const back = await page(second.previousCursor, 2);
    expect(entriesOf(back)).toEqual(entriesOf(first));
    expect(back.previousCursor).not.toBeNull();
  });

  test.each([
    "garbage",
    encodeCursor(["next", "yesterday", "0193b3d0-0000-7000-8000-000000000000"]),
    encodeCursor(["next", "2023-01-01T00:00:00.000Z", newId("evt")]),
    encodeCursor(["next", "2023-01-01T00:00:00.000Z", "0193b3d0"]),
    encodeCursor(["sideways", "2023-01-01T00:00:00.000Z", "0193b3d0-0000-7000-8000-000000000000"]),
  ])("refuses the cursor %s", async (cursor) => {
    await expect(list({ cursor })).rejects.toEqual(refusal("validation_failed", "cursor"));
  });

  test("refuses a time that ends before it starts", () => {
    const [from, to] = ["2023-11-23T12:00:00Z", "2023-11-23T11:00:00Z"];
    expect(() => parse(listRequestsSchema, { from, to })).toThrow(/later than the start/);
  });
});

describe("A filter lets through what it names and nothing else:", () => {
  const own = suiteFixture();
  const ids = new Map<string, string>();
  const key = newId("key");
  const customer = newId("cus");
  const requestId = newId("req");

  beforeAll(async () => {
    const rows = {
      plain: {},
      warned: { limitShare: 80 },
      refused: { code: "permission_denied", keyId: key, detail: "This call needs 100_% of it." },
      limited: { code: "rate_limited", keyId: key },
      failed: { code: "internal", environment: "production" },
      posted: { method: "POST", route: "POST /customers" },
      unrouted: { code: "not_found", route: null, path: "/api/v1/staging/wp-admin" },
      ours: { customers: [customer, newId("cus")], keyId: newId("key") },
      far: { address: "2001:db8::1" },
      queried: { query: "search=Nordwind" },
      // Half a minute more than a whole time would be left out by it.
      old: { at: new Date(own.clock.now().getTime() - DAY_MS + 30_000), requestId },
      older: { at: new Date(own.clock.now().getTime() - 29 * DAY_MS) },
    } as const;
    for (const [name, row] of Object.entries(rows)) {
      ids.set(
        (await addRequest(own, { ...row, customers: [...("customers" in row ? row.customers : [])] })).rowId,
        name,
      );
    }
  });

  const NEAR = [
    "plain",
    "warned",
    "refused",
    "limited",
    "failed",
    "posted",
    "unrouted",
    "ours",
    "far",
    "queried",
  ];
  const but = (...names: string[]) => NEAR.filter((name) => !names.includes(name));

  test.each<[string, RequestFilterInput, string[]]>([
    ["nothing", {}, NEAR],
    ["an environment", { environment: "production" }, ["failed"]],
    ["errors", { levels: ["error"] }, ["refused", "limited", "failed", "unrouted"]],
    ["warnings", { levels: ["warning"] }, ["warned"]],
    ["what was well", { levels: ["info"] }, but("warned", "refused", "limited", "failed", "unrouted")],
    ["what passed", { levels: ["info", "warning"] }, but("refused", "limited", "failed", "unrouted")],
    [
      "what to look at",
      { levels: ["warning", "error"] },
      ["warned", "refused", "limited", "failed", "unrouted"],
    ],
    ["every level", { levels: ["info", "warning", "error"] }, NEAR],
    ["a class", { statuses: ["5xx"] }, ["failed"]],
    ["two classes", { statuses: ["4xx", "5xx"] }, ["refused", "limited", "failed", "unrouted"]],
    ["two classes with one between", { statuses: ["2xx", "5xx"] }, but("refused", "limited", "unrouted")],
    ["a code", { codes: ["rate_limited"] }, ["limited"]],
    ["two codes", { codes: ["internal", "not_found"] }, ["failed", "unrouted"]],
    ["a code of another class", { codes: ["internal"], statuses: ["4xx"] }, []],
    ["a method", { methods: ["POST"] }, ["posted"]],
    ["a route", { route: "POST /customers" }, ["posted"]],
    ["a key", { keyId: key }, ["refused", "limited"]],
    ["a key and a class", { keyId: key, statuses: ["4xx"], codes: ["rate_limited"] }, ["limited"]],
    ["no key", { keyId: NO_KEY }, but("refused", "limited", "ours")],
    ["a customer", { customerId: customer }, ["ours"]],
    ["an address", { address: "198.51.100.7", codes: ["internal"] }, ["failed"]],
    ["an address in another spelling", { address: "2001:0db8:0:0::1" }, ["far"]],
    ["a text in a path", { search: "WP-ADMIN" }, ["unrouted"]],
    ["a text in a query", { search: "nordwind" }, ["queried"]],
    ["a text in a refusal, wildcards taken literally", { search: "100_%" }, ["refused"]],
    ["a text that only wildcards would find", { search: "10%of" }, []],
    ["24 hours", { period: "24h" }, [...NEAR, "old"]],
    ["30 days", { period: "30d" }, [...NEAR, "old", "older"]],
    ["from an instant", { from: "2023-11-22T12:00:00Z" }, [...NEAR, "old"]],
    ["up to an instant", { to: "2023-11-23T12:00:00Z" }, ["old", "older"]],
    ["between two", { from: "2023-11-22T12:00:00Z", to: "2023-11-23T12:30:30Z" }, ["old"]],
    ["a request id, whenever it was", { requestId, period: "15m" }, ["old"]],
  ])("%s", async (_name, filter, names) => {
    const found = (await list(filter, own)).data.map(({ rowId }) => ids.get(rowId));
    expect(found.sort()).toEqual([...names].sort());
  });
});

describe("A call whose request id and path are kept short", () => {
  test("is shown whole everywhere: in the list, live, by its id, and in files, and is found by its path", async () => {
    const { key } = await fixture.key();
    const at = new Date(fixture.clock.now().getTime() - 1);
    const short = "abcdefgh12345678";
    await addRequest(fixture, { at, keyId: key.id, path: "", requestId: short as `req_${string}` });
    for (const search of ["TAGIN", "g/cust", "v1/staging/CUST", "/API", "customers"])
      expect((await list({ keyId: key.id, search })).data, search).toHaveLength(1);
    for (const search of ["GET", "ET /c", "gcust", "production", "nowhere", "%", "customers/"])
      expect((await list({ keyId: key.id, search })).data, search).toEqual([]);
    const { data } = await list({ keyId: key.id, search: "v1/staging/CUST" });
    const whole = { requestId: requestIdOf({ at, requestId: short }), path: "/api/v1/staging/customers" };
    expect(data).toMatchObject([whole]);
    const filter = { keyId: key.id };
    const live = parse(tailRequestsSchema, { ...filter, since: null });
    expect((await tailRequests(fixture.context(), live)).rows).toMatchObject([whole]);
    expect((await list({ requestId: whole.requestId })).data).toMatchObject([whole]);
    expect(await getRequest(fixture.context(), { requestId: whole.requestId })).toMatchObject(whole);
    for (const format of ["csv", "ndjson"] as const) {
      const file = await exportRequests(fixture.context(), { ...filter, format });
      const text = (await textsOf(file, fixture.context())).join("");
      for (const value of Object.values(whole)) expect(text).toContain(value);
    }
  });

  test("comes page by page with others of its key, of one minute and of several, in both directions", async () => {
    const { key } = await fixture.key();
    for (let call = 0; call < 24; call++) {
      // Two of each instant.
      const at = new Date(fixture.clock.now().getTime() - Math.floor(call / 2) * 17_000);
      await addRequest(fixture, { keyId: key.id, at });
    }
    const all = await list({ keyId: key.id });
    const instants = all.data.map(({ at }) => at);
    expect(instants).toEqual(instants.toSorted().toReversed());
    const found: string[] = [];
    let page = await list({ keyId: key.id, limit: 10 });
    for (;;) {
      found.push(...entriesOf(page));
      if (!page.nextCursor) break;
      page = await list({ keyId: key.id, limit: 10, cursor: page.nextCursor });
    }
    expect(found).toEqual(entriesOf(all));
    const back = await list({ keyId: key.id, limit: 10, cursor: page.previousCursor });
    expect(entriesOf(back)).toEqual(found.slice(10, 20));
  });
});

describe("One call", () => {
  test("is shown with its limits, also where a former version has written it", async () => {
    const limits = [
      { name: "minute", limit: 60, remaining: 59 },
      { name: "day", limit: 1_000, remaining: 0 },
    ];
    for (const columns of [{ limitReadings: limits }, { limits }, { limitReadings: [] }, {}]) {
      const { requestId } = await addRequest(fixture, columns);
      const shown = await getRequest(fixture.context(), { requestId });
      expect(shown.limits).toEqual(columns.limitReadings ?? columns.limits ?? null);
    }
  });

  test("is shown whole, by its row's name and by its request id", async () => {
    const { key } = await fixture.key({ name: "Job starter" });
    const customer = await fixture.customer();
    const gone = newId("cus");
    const row = await addRequest(fixture, {
      keyId: key.id,
      code: "permission_denied",
      refusedBy: "permission",
      permission: "customers:write",
      detail: "This call needs the permission customers:write.",
      limits: [{ name: "minute", limit: 60, remaining: 59 }],
      customers: [customer.id, gone],
      agent: "curl/8",
      requestHeaders: { accept: "*/*" },
      requestBody: '{"email":"a@b.example"}',
      responseBody: "{}",
    });

    const shown = await getRequest(fixture.context(), { requestId: row.requestId });
    expect(shown).toEqual({
      ...(await list({ requestId: row.requestId })).data[0],
      refusedBy: "permission",
      permission: "customers:write",
      detail: "This call needs the permission customers:write.",
      limits: [{ name: "minute", limit: 60, remaining: 59 }],
      usedSecret: null,
      customers: [
        { id: customer.id, email: customer.email },
        { id: gone, email: null },
      ],
      agent: "curl/8",
      requestBytes: 0,
      responseBytes: 200,
      requestHeaders: { accept: "*/*" },
      requestBody: '{"email":"a@b.example"}',
      responseBody: "{}",
      job: null,
    });
    expect(await getRequest(fixture.context(), { row: requestRowName(shown) })).toEqual(shown);
  });

  test("leads to the job that it started", async () => {
    const key = await keyWithRow(fixture);
    const requestId = newId("req");
    const job = await start(fixture, key, { type: "licenses.export", input: { filter: {} } });
    await fixture.runtime.databases.owner.$client`
      update job_records set request_id = ${requestId} where id = ${job.id}`;
    await addRequest(fixture, { keyId: key.id, requestId, method: "POST", route: "POST /jobs" });
    const shown = await getRequest(fixture.context(), { requestId });
    expect(shown.job).toEqual({ id: job.id, type: "licenses.export" });
  });

  test("of an id that a caller sent twice is the latest", async () => {
    const requestId = newId("req");
    await addRequest(fixture, { requestId, at: minutesAgo(5), status: 201 });
    await addRequest(fixture, { requestId, at: minutesAgo(4), status: 204 });
    expect(await getRequest(fixture.context(), { requestId })).toMatchObject({ status: 204 });
    expect((await list({ requestId })).data.map(({ status }) => status)).toEqual([204, 201]);
  });

  test.each([
    { requestId: newId("req") },
    { row: "1795437030000.0193b3d0-0000-7000-8000-000000000000" },
    { row: "99999999999999.0193b3d0-0000-7000-8000-000000000000" },
  ])("that is not there is not found: %j", async (name) => {
    await expect(getRequest(fixture.context(), name)).rejects.toEqual(refusal("not_found"));
  });
});

describe("Live", () => {
  const tail = (input: z.input<typeof tailRequestsSchema>) =>
    tailRequests(fixture.context(), parse(tailRequestsSchema, input));

  test("tells what came in, filtered, also a call that began before the last answer and ended after it", async () => {
    const keyId = newId("key");
    const query = { keyId, statuses: ["2xx" as const] };
    const started = await tail({ ...query, since: null });
    expect(started.rows).toEqual([]);
    const slow = fixture.clock.now();
    fixture.clock.advance(2);
    const second = await tail({ ...query, since: started.now });
    expect(second.rows).toEqual([]);
    const late = await addRequest(fixture, { keyId, at: slow });
    const quick = await addRequest(fixture, { keyId });
    await addRequest(fixture, { keyId, code: "internal" });
    await addRequest(fixture, { keyId: newId("key") });
    fixture.clock.advance(1);
    const third = await tail({ ...query, since: second.now });
    expect(third.rows.map(({ rowId }) => rowId)).toEqual([quick.rowId, late.rowId]);
    expect(third.capped).toBe(false);
  });

  test("is bounded: a hundred rows at once, and not the night that a reader slept through", async () => {
    const keyId = newId("key");
    const { now } = await tail({ keyId, since: null });
    await addRequest(fixture, { keyId });
    fixture.clock.advance(8 * 3_600);
    for (let row = 0; row < 101; row++) await addRequest(fixture, { keyId });
    const answer = await tail({ keyId, since: now });
    expect(answer.rows).toHaveLength(100);
    expect(answer.capped).toBe(true);
    fixture.clock.advance(80);
    expect((await tail({ keyId, since: answer.now })).rows).toEqual([]);
  });
});
