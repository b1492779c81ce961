import { overNetwork, type PublicApi } from "./calls";
import { createFixture, type Fixture } from "./fixture";
import { type Mount, type MountName, startMount } from "./mounts";

/** A fixture, and a running process that serves its database. */
export interface MountedFixture {
  fixture: Fixture;
  mount: Mount;
  /** The public API of the process. */
  api: PublicApi;
  close(): Promise<void>;
}

/**
 * Makes both. The fixture's clock stands at the present: the process goes by the real one, and to it what the fixture makes
 * must not be years old.
 * @param settings Those of the process.
 */
export async function createMountedFixture(
  name: MountName,
  settings: Record<string, string> = {},
): Promise<MountedFixture> {
  const fixture = await createFixture({}, new Date());
  try {
    const mount = await startMount(name, fixture.databaseUrl, settings);
    const close = async () => {
      await mount.stop();
      await fixture.close();
    };
    return { fixture: fixture, mount, api: overNetwork(mount), close };
  } catch (error) {
    await fixture.close();
    throw error;
  }
}
