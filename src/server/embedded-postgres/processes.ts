import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where system programs are: nothing of ours is looked up by name. */
export const SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** The environment of a child that gets nothing of ours. (Next's types demand NODE_ENV of every environment.) */
export function onlyThese(variables: Record<string, string>): NodeJS.ProcessEnv {
  return variables as NodeJS.ProcessEnv;
}

/** Enough of a process to tell it from a later one that was given the same number. */
export interface ProcessFacts {
  /** When it was started, in the words of the operating system; only good for comparing. Empty where unknown. */
  startedAt: string;
  /** Program and arguments, separated by blanks. Empty where unknown. */
  command: string;
}

/** The facts about a living process; null when there is none of that number. A zombie counts as dead. */
export async function describeProcess(pid: number): Promise<ProcessFacts | null> {
  if (!exists(pid)) return null;
  if (existsSync("/proc/self/stat")) return fromProc(pid);
  return process.platform === "win32" ? fromPowershell(pid) : describeByPs(pid);
}

/**
 * Waits until a condition holds, looking every few milliseconds: neither a file of Postgres nor a process that is not
 * our child tells us when it changes.
 * @param timeoutMs after which it gives up
 * @returns the first value that is not undefined, or undefined after the time-out
 */
export async function poll<T>(
  look: () => Promise<T | undefined> | T | undefined,
  timeoutMs: number,
  everyMs = 10,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || performance.now() >= deadline) return seen;
    await delay(everyMs);
  }
}

/** True once the process has ended, false if it is still there after `timeoutMs`. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const gone = await poll(async () => ((await describeProcess(pid)) ? undefined : true), timeoutMs);
  return gone ?? false;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function fromProc(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses, which may contain blanks and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state] = fields;
    if (state === "Z" || state === "X") return null;
    const ticksSinceBoot = fields[19] ?? "";
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return { startedAt: `${boot}:${ticksSinceBoot}`, command };
  } catch {
    // It ended while we looked.
    return null;
  }
}

/** The same by `ps`, for systems without /proc (macOS, BSD). */
export async function describeByPs(pid: number): Promise<ProcessFacts | null> {
  try {
    const { stdout } = await run(
      "ps",
      ["-ww", "-o", "stat=", "-o", "lstart=", "-o", "command=", "-p", String(pid)],
      // The start is printed in the local language and time zone, which may differ between the processes that compare.
      { env: onlyThese({ LC_ALL: "C", TZ: "UTC", PATH: SYSTEM_PATH }) },
    );
    const [, state, startedAt, command] = /^\s*(\S+)\s+(\w{3} \w{3} .{16})\s+(.*)/.exec(stdout) ?? [];
    if (state === undefined || startedAt === undefined || state.startsWith("Z")) return null;
    return { startedAt, command: command ?? "" };
  } catch {
    return null;
  }
}

async function fromPowershell(pid: number): Promise<ProcessFacts | null> {
  const script = `Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}' | ForEach-Object { $_.CreationDate.ToString('o'); $_.CommandLine }`;
  try {
    const { stdout } = await run("powershell.exe", ["-NoProfile", "-Command", script], { windowsHide: true });
    const [startedAt, command] = stdout.split(/\r?\n/);
    return startedAt ? { startedAt, command: (command ?? "").replaceAll('"', "") } : null;
  } catch {
    // Without PowerShell all we know is that a process of this number lives.
    return { startedAt: "", command: "" };
  }
}
