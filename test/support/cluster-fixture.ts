import { migrateDatabase } from "@/server/database/migrate";
import { changeRequestLogSettings } from "@/server/services/settings";
import { type ClusterOptions, startCluster, type TestCluster } from "./cluster";
import { createFixture, type Fixture } from "./fixture";

const LOGIN = "keyward";

/** A Postgres of somebody else, with an installation in it. */
export interface ClusterFixture {
  cluster: TestCluster;
  /** Reaches the cluster by itself, and has the real clock. */
  fixture: Fixture;
  /** Of the owner of all tables. @param port of what stands before the cluster */
  url(port?: number): string;
  close(): Promise<void>;
}

/** Each call gets a row in its log of calls, also those that come from one address without a known key. */
export async function createClusterFixture(options: ClusterOptions = {}): Promise<ClusterFixture> {
  const cluster = await startCluster(options);
  try {
    await cluster.asAdmin(async (admin) => {
      await admin.unsafe(`create role ${LOGIN} login createrole password '${LOGIN}'`);
      await admin.unsafe(`create database ${LOGIN} owner ${LOGIN}`);
    });
    const url = (port = cluster.port) => {
      const through = new URL(cluster.url(LOGIN, LOGIN));
      through.port = String(port);
      return through.href;
    };
    await migrateDatabase(url());
    const fixture = await createFixture({}, new Date(), { url: url(), drop: async () => undefined });
    await changeRequestLogSettings(fixture.context(), { anonymousRowsPerMinute: 0 });
    const close = async () => {
      cluster.thaw();
      await fixture.close().finally(cluster.stop);
    };
    return { cluster, fixture, url, close };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
