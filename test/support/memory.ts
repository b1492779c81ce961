import path from "node:path";
import { poll } from "@/server/embedded-postgres/processes";
import type { Mount } from "./mounts";

/** The settings with which a mount can be asked for its memory. */
export const MEMORY_PROBE = { NODE_OPTIONS: `--require ${path.resolve("test/support/memory-probe.cjs")}` };

interface Memory {
  /** Once garbage is collected. */
  kept: number;
  /** The most that it held in buffers at one time since it was last asked. Garbage is not held. */
  peak: number;
  /** What the system counts as its own (resident set size). */
  rss: number;
}

/** What a mount has in memory, in bytes. */
export async function memoryOf(mount: Mount): Promise<Memory> {
  const asked = mount.output().length;
  mount.signal("SIGUSR2");
  const line = await poll(async () => /^memory (.*)$/m.exec(mount.output().slice(asked))?.[1], 10_000);
  if (!line) throw new Error("The mount does not tell its memory.");
  return JSON.parse(line);
}
