import { type Console, signIn } from "@test/support/console";
import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { createTestDatabase } from "@test/support/postgres";
import { startRedis } from "@test/support/redis";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };

/** Two servers on one Postgres and one Redis, as on two machines. */
export interface Nodes {
  mounts: [Mount, Mount];
  /** Of the owner, at the first. */
  console: Console;
  /** Reaches Postgres by itself, with the real clock. */
  fixture: Fixture;
  close(): Promise<void>;
}

/** Starts both at the same moment on a database that has no tables yet. @param settings of both */
export async function startNodes(settings: Record<string, string> = {}): Promise<Nodes> {
  const ends: (() => unknown)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const redis = await startRedis();
    ends.push(() => redis.stop());
    const database = await createTestDatabase({ migrated: false });
    ends.push(() => database.drop());
    const owner = { ADMIN_EMAIL: OWNER.email, ADMIN_PASSWORD: OWNER.password };
    const start = async () => {
      const mount = await startMount("main.ts", database.url, {
        REDIS_URL: redis.url,
        ...owner,
        ...settings,
      });
      ends.push(() => mount.stop());
      return mount;
    };
    const mounts = await Promise.all([start(), start()]);
    const fixture = await createFixture({}, new Date(), { url: database.url, drop: async () => undefined });
    ends.push(() => fixture.close());
    const console = await signIn(mounts[0], OWNER);
    if (!console) throw new Error(`Could not sign in:\n${mounts[0].output()}`);
    return { mounts, console, fixture, close };
  } catch (error) {
    await close();
    throw error;
  }
}
