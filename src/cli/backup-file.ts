import { createReadStream, createWriteStream, existsSync, type WriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { UsageError } from "./command";

/** Standard input or output, for pipes. */
export const PIPE = "-";

/** @throws UsageError where something is there already, unless it may be replaced */
export function refuseToOverwrite(file: string, force: boolean): void {
  if (file === PIPE || force || !existsSync(file)) return;
  throw new UsageError(`${file} is there already. Choose another name, or add --force to replace it.`);
}

/**
 * Writes a file that appears whole or not at all, also when the power fails: beside its place first, then to the disk, then
 * under its name. Nobody but its owner can read it.
 * @returns its size in bytes
 */
export async function saveFile(
  file: string,
  parts: AsyncIterable<Uint8Array>,
  force: boolean,
): Promise<number> {
  const unfinished = `${file}.${process.pid}.part`;
  const stream = createWriteStream(unfinished, { mode: 0o600, flags: "wx", flush: true });
  try {
    await pipeline(parts, stream);
    // Somebody else's may have come meanwhile.
    refuseToOverwrite(file, force);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await syncDirectory(path.dirname(file));
  return stream.bytesWritten;
}

/** Writes to standard output, and leaves that open. */
export async function writeOut(parts: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(parts, process.stdout as unknown as WriteStream, { end: false });
}

/** The bytes of a file, or of standard input. */
export function readBytes(file: string): AsyncIterable<Uint8Array> {
  return file === PIPE ? process.stdin : createReadStream(file);
}

/** A new name is on the disk when its directory is. Windows knows no such thing. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
