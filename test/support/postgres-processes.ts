import { execFileSync } from "node:child_process";

/**
 * Signals the processes of a Postgres.
 * @param which `connections`: all but the first one, which takes new connections
 */
export function signalPostgres(
  postmaster: number,
  name: NodeJS.Signals,
  which: "all" | "connections" = "all",
): void {
  // The first one first: it must not start new processes while the others are being stopped.
  if (which === "all") signal(postmaster, name);
  const lines = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  for (const [pid, parent] of pairs) if (parent === postmaster && pid) signal(pid, name);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Gone since it was listed: Postgres has processes that come and go.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
