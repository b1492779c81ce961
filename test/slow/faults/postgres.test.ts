import { type ClusterFixture, createClusterFixture } from "@test/support/cluster-fixture";
import { newEmail } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { startProxy, type TestProxy } from "@test/support/proxy";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { answersFromNow, back, readiness } from "./back";
import { expectOneRowEach } from "./log";
import { Traffic } from "./traffic";

/** Within which every call has its answer, in milliseconds. */
const ANSWER_MS = 5_000;
const CALLERS = 8;
const MAX_CONNECTIONS = 60;
/** Of them for superusers (superuser_reserved_connections). */
const RESERVED = 3;

interface Fault {
  name: string;
  /** Resolves when it holds. Returns how to end it. */
  strike(): Promise<() => Promise<void>>;
  /** What calls may be answered, by their method. */
  GET: readonly number[];
  POST: readonly number[];
  /** Why it is not ready, as its probe says; null: it is. */
  reason: RegExp | null;
}

describe("While Postgres", { tags: ["postgresql-15"] }, () => {
  let installation: ClusterFixture;
  let proxy: TestProxy;
  let mount: Mount;
  let traffic: Traffic;

  beforeAll(async () => {
    installation = await createClusterFixture({ settings: { max_connections: String(MAX_CONNECTIONS) } });
    proxy = await startProxy(installation.cluster.port);
    mount = await startMount("main.ts", installation.url(proxy.port), { MAX_CALLS_IN_FLIGHT_PER_KEY: "100" });
    const { secret: key } = await installation.fixture.key({ rateLimits: { day: 1_000_000 } });
    const path = "/staging/customers";
    const create = { method: "POST", path, key, body: () => ({ email: newEmail() }) } as const;
    traffic = new Traffic(mount, [{ method: "GET", path, key }, create], {
      callers: CALLERS,
      perSecond: 100,
    });
  });
  afterAll(async () => {
    await traffic?.stop();
    await mount?.stop();
    proxy?.stop();
    await installation?.close();
  });

  const delayed = (delayMs: number) => async () => {
    proxy.state.delayMs = delayMs;
    return async () => {
      proxy.state.delayMs = 0;
    };
  };

  const faults: Fault[] = [
    {
      name: "and the way to it hold each packet back for 300 ms, reads are served",
      strike: delayed(300),
      GET: [200],
      POST: [201, 503],
      reason: null,
    },
    {
      name: "and the way to it hold each packet back for 3 s, calls are refused in time",
      strike: delayed(3_000),
      GET: [503],
      POST: [503],
      reason: /not answered within a second/,
    },
    {
      name: "takes no writes, reads are served, and changes refused",
      strike: () => takeNoWrites(),
      GET: [200],
      POST: [503],
      reason: /read-only/,
    },
    {
      name: "has no connection left, which others have taken, calls are refused in time",
      strike: () => takeAllConnections(),
      GET: [503],
      POST: [503],
      reason: /no connection left.*53300|not answered within a second/,
    },
  ];

  test.each(faults.map((fault) => [fault.name, fault] as const))(
    "%s; all is well again by itself",
    async (_, fault) => {
      await back(mount, traffic, Date.now());
      const end = await fault.strike();
      try {
        const reason = fault.reason === null ? null : expect.stringMatching(fault.reason);
        const found = { status: fault.reason === null ? 200 : 503, reason };
        await vi.waitFor(async () => expect(await readiness(mount)).toMatchObject(found), {
          timeout: 20_000,
        });
        const told = await answersFromNow(traffic, 3 * CALLERS);
        for (const { method, status, code, retryAfter, startedAt, endedAt } of told) {
          expect(fault[method]).toContain(status);
          if (status === 503) expect([code, retryAfter]).toEqual(["unavailable", "5"]);
          expect(endedAt - startedAt).toBeLessThan(ANSWER_MS);
        }
        const longest = Math.max(...told.map(({ startedAt, endedAt }) => endedAt - startedAt));
        process.stdout.write(`${fault.name}: answered within ${longest} ms\n`);
      } finally {
        await end();
      }
      const backMs = await back(mount, traffic, Date.now());
      process.stdout.write(`${fault.name}: served again after ${backMs} ms\n`);
    },
  );

  test("has been through all that, each call that was answered is in the log and in the figures, once", async () => {
    await traffic.stop();
    await expectOneRowEach(installation.fixture, traffic.told);
  });

  async function takeNoWrites() {
    const set = (value: string) =>
      installation.cluster.asAdmin(async (admin) => {
        await admin.unsafe(`alter system set default_transaction_read_only = ${value}`);
        await admin`select pg_reload_conf()`;
      });
    await set("on");
    return () => set("off");
  }

  /** Another client takes each connection that becomes free, but for those that only a superuser has. */
  async function takeAllConnections() {
    const held: postgres.Sql[] = [];
    let over = false;
    const take = async () => {
      while (!over) {
        const one = postgres(installation.cluster.url("greedy", "postgres"), {
          max: 1,
          onnotice: () => undefined,
        });
        await one`select 1`.then(
          () => held.push(one),
          () => one.end({ timeout: 0 }),
        );
      }
    };
    await installation.cluster.asAdmin((admin) => admin`create role greedy login password 'greedy'`);
    // One at a time: of two that come to the last place together, each counts the other, and Postgres refuses both.
    const taking = take();
    // Stays connected: its place would be one that is free.
    const superuser = postgres(installation.cluster.url("dba", "postgres"), {
      max: 1,
      onnotice: () => undefined,
    });
    const giveBack = async () => {
      over = true;
      await taking;
      await Promise.all([...held, superuser].map((one) => one.end({ timeout: 0 })));
    };
    const allTaken = async () => {
      const ours = await superuser`
        select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'keyward%'`;
      const [clients] = await superuser<{ count: number }[]>`
        select count(*)::int as count from pg_stat_activity where backend_type = 'client backend'`;
      expect([ours.length, clients?.count]).toEqual([0, MAX_CONNECTIONS - RESERVED]);
    };
    try {
      await vi.waitFor(allTaken, { timeout: 30_000, interval: 50 });
    } catch (error) {
      await giveBack();
      throw error;
    }
    return giveBack;
  }
});
