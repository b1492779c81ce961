import type { TestCluster } from "@test/support/cluster";
import { createClusterFixture } from "@test/support/cluster-fixture";
import { type Console, consoleOf, signIn } from "@test/support/console";
import { type FakeClock, fakeClock } from "@test/support/fake-clock";
import type { Fixture } from "@test/support/fixture";
import { MEMORY_PROBE } from "@test/support/memory";
import { type Mount, startMount } from "@test/support/mounts";
import { startProxy, type TestProxy } from "@test/support/proxy";
import { startRedis, type TestRedis } from "@test/support/redis";
import type { Place } from "./plan";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };

/** A process of the built product, which may be killed and started again. */
export interface Server {
  mount: Mount;
  clock: FakeClock;
  /** When it was last signalled to end, epoch milliseconds. */
  endedAt: number;
  /** True until it is ready again. */
  down: boolean;
  start(): Promise<void>;
}

/** Two processes on one Postgres and one Redis, each reached through a proxy that can fall silent. */
export interface World {
  /** Reaches Postgres by itself, and has the real clock. */
  fixture: Fixture;
  postgres: { server: TestCluster; proxy: TestProxy };
  redis: { server: TestRedis; proxy: TestProxy; start(): Promise<void> };
  servers: Record<Place, Server>;
  /** Processes that were killed. Epoch milliseconds, as all instants here: the one clock that the test and the log share. */
  kills: { place: Place; at: number }[];
  /** When Redis, which writes nothing to disk here, forgot what it had counted. */
  lostCountsAt: number[];
  /** The console of a process, signed in. */
  console(place: Place): Console;
  close(): Promise<void>;
}

export async function createWorld(): Promise<World> {
  const ends: (() => unknown)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return { ...(await build(ends)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param ends gets how to end what was made, in the order in which it was made */
async function build(ends: (() => unknown)[]): Promise<Omit<World, "close">> {
  const { cluster, fixture, url, close } = await createClusterFixture();
  ends.push(close);

  const database = await startProxy(cluster.port);
  ends.push(() => database.stop());
  const redis = {
    server: await startRedis(),
    proxy: undefined as unknown as TestProxy,
    start: async () => {},
  };
  redis.proxy = await startProxy(redis.server.port);
  redis.start = async () => {
    redis.server = await startRedis({ port: redis.server.port });
  };
  ends.push(() => redis.server.stop());
  ends.push(() => redis.proxy.stop());

  const settings = {
    REDIS_URL: `redis://127.0.0.1:${redis.proxy.port}`,
    ADMIN_EMAIL: OWNER.email,
    ADMIN_PASSWORD: OWNER.password,
    // While Postgres is away, calls pile up; that a key has too many under way is no news then.
    MAX_CALLS_IN_FLIGHT_PER_KEY: "100",
    ...MEMORY_PROBE,
  };
  const startServer = async (): Promise<Server> => {
    const clock = fakeClock();
    const start = () => startMount("main.ts", url(database.port), { ...settings, ...clock.settings });
    const server: Server = {
      mount: await start(),
      clock,
      endedAt: Number.NEGATIVE_INFINITY,
      down: false,
      async start() {
        server.mount = await start();
        server.down = false;
      },
    };
    ends.push(() => server.mount.stop());
    return server;
  };
  const servers = { 0: await startServer(), 1: await startServer() };
  const signedIn = await signIn(servers[0].mount, OWNER);
  if (!signedIn) throw new Error(`Could not sign in:\n${servers[0].mount.output()}`);
  return {
    fixture,
    postgres: { server: cluster, proxy: database },
    redis,
    servers,
    kills: [],
    lostCountsAt: [],
    console: (place) => consoleOf(servers[place].mount, signedIn.cookie),
  };
}
