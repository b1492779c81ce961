import { readdirSync, readFileSync } from "node:fs";
import postgres from "postgres";

/** Of the clock that /proc counts in: USER_HZ, which Linux fixes at 100 a second for programs. */
const TICK_US = 10_000;

/** Of Linux' /proc/PID/stat (proc_pid_stat(5)). */
interface ProcessStat {
  parent: number;
  /** Processor time so far, of user and system, in microseconds. */
  usedUs: number;
}

function statOf(pid: number): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is a name that may hold spaces and brackets; the ones after its last bracket are plain.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(fields[1]), usedUs: (Number(fields[11]) + Number(fields[12])) * TICK_US };
  } catch {
    return null;
  }
}

/** Processor time that a process and those it has started have used so far, in microseconds. */
function usedBy(root: number): number {
  const stats = new Map<number, ProcessStat>();
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat) stats.set(Number(name), stat);
  }
  const belongs = (pid: number): boolean =>
    pid === root || (stats.has(pid) && belongs(stats.get(pid)?.parent ?? 0));
  return [...stats].filter(([pid]) => belongs(pid)).reduce((total, [, { usedUs }]) => total + usedUs, 0);
}

/** The server process of a Postgres, which has started all others of it. */
export async function postmasterOf(databaseUrl: string): Promise<number> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const parent = statOf(row?.pid ?? 0)?.parent;
    if (!parent) throw new Error("Processor time is read from /proc, of a Postgres on this machine.");
    return parent;
  } finally {
    await sql.end();
  }
}

/**
 * Processor time that processes use while some work runs, in microseconds each. It stays true on a busy machine, where
 * rates do not.
 * @param roots each with those that it has started
 */
export async function processorTime<Names extends string>(
  roots: Record<Names, number>,
  work: () => Promise<unknown>,
): Promise<Record<Names, number>> {
  const names = Object.keys(roots) as Names[];
  const before = names.map((name) => usedBy(roots[name]));
  await work();
  const used = names.map((name, at) => [name, usedBy(roots[name]) - (before[at] ?? 0)]);
  return Object.fromEntries(used) as Record<Names, number>;
}
