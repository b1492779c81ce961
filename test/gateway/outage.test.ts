import { type Answer, call, expectProblem, inProcess } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { testFixture } from "@test/support/suite";
import { beforeEach, describe, expect, test, vi } from "vitest";

const POOL_SIZE = 3;

/**
 * What src/server/database/session.ts withstands: the driver (postgres 3.4.9, porsager/postgres issues 1154 and 1208) answers a
 * transaction that lost its connection with a ROLLBACK on the dead socket. That throws where nobody can catch it, or
 * leaves the place in the pool unusable for good, so that every call is 503 until the process is restarted.
 */
describe("connections to Postgres that are lost in the middle of a transaction", () => {
  const fixture = testFixture({ DATABASE_POOL_SIZE: String(POOL_SIZE) });
  const api = inProcess(fixture);
  let key: string;

  beforeEach(async () => {
    key = (await fixture.key({ rateLimits: { minute: 100_000 } })).secret;
  });

  const list = () => call(api, "GET", "/staging/customers", { key });

  /** A POST that waits inside of Postgres when its connection is cut. */
  async function postAndCut(email: string, headers: Record<string, string>): Promise<Answer> {
    const sql = fixture.runtime.databases.owner.$client;
    const blocker = await sql.reserve();
    try {
      await blocker`begin`;
      await blocker`insert into customers (id, environment, email, created_at, updated_at) values ('cus_blocker', 'staging', ${email}, now(), now())`;
      const first = call(api, "POST", "/staging/customers", { key, headers, body: { email } });
      const cut = () => sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      await vi.waitFor(async () => expect(await cut()).not.toEqual([]), { timeout: 10_000, interval: 10 });
      return await first;
    } finally {
      await blocker`rollback`;
      blocker.release();
    }
  }

  test.each([
    ["without", {}],
    ["with", { "idempotency-key": "once" }],
  ])("make the call 503 unavailable, %s Idempotency-Key, and a retry succeeds", async (_what, headers) => {
    const email = newEmail();
    // As often as the pool has places: each of them loses its connection once.
    for (let cut = 0; cut < POOL_SIZE; cut++) {
      expectProblem(await postAndCut(email, headers), "unavailable", { retryAfter: 5 });
    }
    // The driver also fails the first query on a connection that it has made anew; after that all is well again.
    const first = await Promise.all(Array.from({ length: POOL_SIZE }, list));
    for (const answer of first.filter(({ status }) => status !== 200)) {
      expectProblem(answer, "unavailable", { retryAfter: 5 });
    }
    const later = await Promise.all(Array.from({ length: 10 * POOL_SIZE }, list));
    expect(new Set(later.map(({ status }) => status))).toEqual(new Set([200]));
    const body = { email };
    expect((await call(api, "POST", "/staging/customers", { key, headers, body })).status).toBe(201);
  });
});
