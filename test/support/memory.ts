import path from "node:path";
import { poll } from "@/server/db/embedded/processes";
import type { Mount } from "./mounts";

/** The settings with which a mount can be asked for its memory. */
export const MEMORY_PROBE = { NODE_OPTIONS: `--require ${path.resolve("test/support/memory-probe.cjs")}` };

/** What a mount keeps in memory once garbage is collected, and the most that it had in buffers since it was last asked. */
export async function memoryOf(mount: Mount): Promise<{ kept: number; peak: number }> {
  const asked = mount.output().length;
  mount.signal("SIGUSR2");
  const line = await poll(async () => /^memory (.*)$/m.exec(mount.output().slice(asked))?.[1], 10_000);
  if (!line) throw new Error("The mount does not tell its memory.");
  return JSON.parse(line);
}
