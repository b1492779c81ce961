import { type Door, overNetwork } from "./calls";
import { type Mount, type MountName, startMount } from "./mounts";
import { createWorld, type World } from "./world";

/** A world, and a running process that serves its database. */
export interface MountedWorld {
  world: World;
  mount: Mount;
  /** The public API of the process. */
  door: Door;
  close(): Promise<void>;
}

/**
 * Makes both. The world's clock stands at the present: the process goes by the real one, and to it what the world makes
 * must not be years old.
 * @param settings Those of the process.
 */
export async function createMountedWorld(
  name: MountName,
  settings: Record<string, string> = {},
): Promise<MountedWorld> {
  const world = await createWorld({}, new Date());
  try {
    const mount = await startMount(name, world.databaseUrl, settings);
    const close = async () => {
      await mount.stop();
      await world.close();
    };
    return { world, mount, door: overNetwork(mount), close };
  } catch (error) {
    await world.close();
    throw error;
  }
}
