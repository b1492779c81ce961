import { call, expectProblem, inProcess, type PublicApi } from "@test/support/calls";
import { createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { type OwnPostgres, startOwnPostgres } from "@test/support/own-postgres";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ready } from "@/gateway/http/probes";

/** Within which every call has its answer, in milliseconds. */
const ANSWER_MS = 5_000;
/** More calls than a pool has places, so that some wait for one. */
const CALLS = 20;

/** What goes wrong with a Postgres in real life, done to a real one. */
describe("While Postgres", () => {
  let server: OwnPostgres;
  let fixture: Fixture;
  let api: PublicApi;
  let admin: postgres.Sql;
  let key: string;

  beforeAll(async () => {
    server = await startOwnPostgres();
    fixture = await createFixture({ MAX_CALLS_IN_FLIGHT_PER_KEY: "100" }, new Date(), server);
    api = inProcess(fixture);
    admin = postgres(server.adminUrl, { max: 2, onnotice: () => undefined });
    key = (await fixture.key({ permissions: ["customers:write"], rateLimits: { minute: 100_000 } })).secret;
  });
  afterAll(async () => {
    server?.thaw();
    await admin?.end({ timeout: 1 });
    await fixture?.close();
  });

  const list = () => call(api, "GET", "/staging/customers", { key });
  const create = () => call(api, "POST", "/staging/customers", { key, body: { email: newEmail() } });
  const at = async <Result>(work: Promise<Result>) => {
    const start = performance.now();
    const result = await work;
    return { result, ms: performance.now() - start };
  };

  async function expectRefusals(ask: () => ReturnType<typeof call>): Promise<void> {
    const answers = await Promise.all(Array.from({ length: CALLS }, () => at(ask())));
    for (const { result, ms } of answers) {
      expectProblem(result, "unavailable", { retryAfter: 5 });
      expect(result.headers.get("retry-after")).toBe("5");
      expect(ms).toBeLessThan(ANSWER_MS);
    }
  }

  async function expectNotReady(reason: RegExp): Promise<void> {
    const { result, ms } = await at(ready(fixture.runtime));
    expect([result.status, (JSON.parse(result.body) as { reason: string }).reason]).toEqual([
      503,
      expect.stringMatching(reason),
    ]);
    expect(ms).toBeLessThan(1_500);
  }

  /** Nobody restarts anything: every place of every pool works again. */
  async function expectRecovery(): Promise<void> {
    const recovered = async () => expect((await ready(fixture.runtime)).status).toBe(200);
    await vi.waitFor(recovered, { timeout: 10_000 });
    const statuses = async (ask: () => ReturnType<typeof call>) =>
      new Set((await Promise.all(Array.from({ length: CALLS }, ask))).map(({ status }) => status));
    await vi.waitFor(async () => expect(await statuses(list)).not.toContain(503), { timeout: 10_000 });
    expect([await statuses(list), await statuses(create)]).toEqual([new Set([200]), new Set([201])]);
  }

  test("stands still, each call is 503 within five seconds, and all goes on when it does", async () => {
    await expectRecovery();
    server.freeze();
    try {
      await expectNotReady(/not answered within a second/);
      await expectRefusals(list);
      // By now connections were given up and are made anew, into the same silence.
      await expectRefusals(create);
      await expectNotReady(/not answered within a second/);
    } finally {
      server.thaw();
    }
    await expectRecovery();
  });

  test("stands still in the middle of a change, the change is not made after the caller was told so", async () => {
    const email = newEmail();
    const blocker = await admin.reserve();
    await blocker`begin`;
    await blocker`insert into customers (id, environment, email, created_at, updated_at) values ('cus_blocker', 'staging', ${email}, now(), now())`;
    const changing = at(call(api, "POST", "/staging/customers", { key, body: { email } }));
    const waits = () =>
      admin`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await vi.waitFor(async () => expect(await waits()).not.toEqual([]), { timeout: 5_000 });
    server.freeze();
    const { result, ms } = await changing;
    expectProblem(result, "unavailable", { retryAfter: 5 });
    expect(ms).toBeLessThan(ANSWER_MS);
    server.thaw();
    await blocker`rollback`;
    blocker.release();
    await expectRecovery();
    const rows = await admin`select from customers where lower(email) = ${email.toLowerCase()}`;
    expect(rows).toHaveLength(0);
  });

  /** Holds a lock on a table while something is tried; all is well again after that. */
  async function whileLocked(table: string, run: () => Promise<void>): Promise<void> {
    const blocker = await admin.reserve();
    try {
      await blocker`begin`;
      await blocker`lock table ${admin(table)}`;
      await run();
      await expectNotReady(/table is locked/);
    } finally {
      await blocker`rollback`;
      blocker.release();
    }
    await expectRecovery();
  }

  async function expectRefusal(asking: ReturnType<typeof call>): Promise<void> {
    const { result, ms } = await at(asking);
    expectProblem(result, "unavailable", { retryAfter: 5 });
    expect(ms).toBeLessThan(ANSWER_MS);
  }

  test.each([
    ["customers", "GET"],
    ["key_change_counter", "GET"],
    ["key_changes", "GET"],
    ["idempotency_records", "POST"],
  ])("has its table %s locked, a %s that needs it is 503 within five seconds", async (table, method) => {
    const headers = { "idempotency-key": newEmail() };
    const post = () => call(api, "POST", "/staging/customers", { key, headers, body: { email: newEmail() } });
    await whileLocked(table, () => expectRefusal(method === "GET" ? list() : post()));
  });

  test("has the table of keys locked, a key that is cached goes on, and one that has to be read is 503", async () => {
    await expectRecovery();
    const { secret: unread } = await fixture.key({ permissions: ["customers:write"] });
    await whileLocked("api_keys", async () => {
      expect((await list()).status).toBe(200);
      await expectRefusal(call(api, "GET", "/staging/customers", { key: unread }));
    });
  });

  test("takes no writes, reads go on, changes are 503 at once, and it is not ready", async () => {
    const setReadOnly = async (value: string) => {
      await admin.unsafe(`alter system set default_transaction_read_only = ${value}`);
      await admin`select pg_reload_conf()`;
    };
    await setReadOnly("on");
    try {
      await vi.waitFor(async () => expect((await create()).status).toBe(503), { timeout: 10_000 });
      await expectRefusals(create);
      expect((await list()).status).toBe(200);
      await expectNotReady(/read-only/);
    } finally {
      await setReadOnly("off");
    }
    await expectRecovery();
    await fixture.runtime.requestLog.flush();
    expect(fixture.runtime.requestLog.stats.buffered).toBe(0);
  });

  test("leaves open connections without a word, new ones take their places", async () => {
    await expectRecovery();
    server.freeze("connections");
    try {
      await expectRefusals(list);
      await expectRecovery();
    } finally {
      server.thaw();
    }
  });

  test("crashes and goes through recovery, calls are served or 503, and all goes on", async () => {
    server.crash();
    const answers = await Promise.all(Array.from({ length: CALLS }, list));
    for (const answer of answers)
      if (answer.status !== 200) expectProblem(answer, "unavailable", { retryAfter: 5 });
    await expectRecovery();
  });

  test("is stopped, each call is 503 within five seconds, and it is not ready", async () => {
    await server.stop();
    await expectRefusals(list);
    await expectNotReady(/Postgres cannot be used: nothing listens where it should be \(ECONNREFUSED\)/);
  });
});
