import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { describeProcess } from "./processes";

const claimSchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() });

/** Who holds a lock: a process number, and the start time that tells it from a later process of that number. */
export type Claim = z.infer<typeof claimSchema>;

export type Ownership = { mine: true; release(): void } | { mine: false; holder: Claim };

/**
 * Takes the lock file, unless a living process holds it. The file of a process that died (or whose number another
 * process has now) is replaced; so no start ever waits for somebody to clean up after a crash.
 *
 * Node has no flock, hence a file with the holder's identity. What two starts can do to each other in the same
 * microsecond while they replace a dead holder's file is caught by Postgres' own interlock on its cluster.
 */
export async function takeOwnership(file: string): Promise<Ownership> {
  const facts = await describeProcess(process.pid);
  const claim: Claim = { pid: process.pid, startedAt: facts?.startedAt ?? "" };
  const text = JSON.stringify(claim);
  const own = `${file}.${randomUUID()}.tmp`;
  writeFileSync(own, text, { flag: "wx", mode: 0o600 });
  try {
    for (;;) {
      if (link(own, file)) return { mine: true, release: () => release(file, text) };
      const held = read(file);
      if (held === null) continue;
      const holder = parseClaim(held);
      if (holder && (await holds(holder))) return { mine: false, holder };
      bury(file, held);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** True while the process that made the claim lives. */
export async function holds(claim: Claim): Promise<boolean> {
  const facts = await describeProcess(claim.pid);
  return facts !== null && facts.startedAt === claim.startedAt;
}

/** Moves a dead holder's file away. Should it have become a living one's since it was read, it is put back. */
function bury(file: string, seen: string): void {
  const grave = `${file}.${randomUUID()}.old`;
  try {
    renameSync(file, grave);
  } catch {
    // Another process was faster.
    return;
  }
  if (read(grave) !== seen) link(grave, file);
  rmSync(grave, { force: true });
}

function release(file: string, text: string): void {
  if (read(file) === text) rmSync(file, { force: true });
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function parseClaim(text: string): Claim | null {
  try {
    return claimSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
