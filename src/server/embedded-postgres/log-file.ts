import { existsSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { open, truncate, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * The log may take twice this, with the one before it, and what is written between two looks. Its errors quote statements,
 * so whoever provokes many fills a disk, and Postgres stops with it. Bytes.
 */
const MAX_LOG_BYTES = 16 * 1024 * 1024;

/** Between two looks at its size, in milliseconds. */
const LOOK_MS = 10_000;

/** What the embedded Postgres says of itself. */
export const logFileOf = (dataDir: string) => path.join(dataDir, "postgres.log");

/** The log before it. */
const formerOf = (file: string) => `${file}.1`;

/** Opens the log at its end, beginning a new one when it has grown large; `written` gives what came after. */
export function openLog(file: string): { descriptor: number; written(): string } {
  if (existsSync(file) && statSync(file).size > MAX_LOG_BYTES) renameSync(file, formerOf(file));
  // To append, whatever its size is by then: it is made shorter while Postgres writes.
  const descriptor = openSync(file, "a", 0o600);
  const before = statSync(file).size;
  return { descriptor, written: () => readFileSync(file).subarray(before).toString() };
}

/** Looks after the log of a Postgres that runs. Keeps no process alive. */
export function keepLogSmall(file: string): { stop(): void } {
  const timer = setInterval(() => void trimLog(file).catch(() => undefined), LOOK_MS).unref();
  return { stop: () => clearInterval(timer) };
}

/**
 * Moves the last of a log that has grown large to the former one, and empties it. Not by renaming: Postgres has it open for
 * as long as it runs. What it writes in the moment between is lost, and on a disk without room the former log is.
 */
export async function trimLog(file: string, maxBytes = MAX_LOG_BYTES): Promise<void> {
  const { size } = statSync(file);
  if (size <= maxBytes) return;
  await copyEnd(file, size, maxBytes).catch(() => undefined);
  await truncate(file);
}

async function copyEnd(file: string, size: number, bytes: number): Promise<void> {
  const log = await open(file);
  try {
    const { buffer, bytesRead } = await log.read(Buffer.alloc(bytes), 0, bytes, size - bytes);
    await writeFile(formerOf(file), buffer.subarray(0, bytesRead), { mode: 0o600 });
  } finally {
    await log.close();
  }
}
