import { pipeline, type Transform } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import { Decrypter, Encrypter } from "age-encryption";
import { BackupError } from "@/server/database/backup/errors";

/** The first bytes of an age file, and of a gzip file (RFC 1952, section 2.3.1). */
const AGE = Buffer.from("age-encryption.org/");
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Twice as fast as the usual 6, for a tenth more bytes. */
const COMPRESSION_LEVEL = 3;

/**
 * log2 of the rounds of scrypt, age's own default: a guess at the passphrase takes a second and 256 MB. A file that asks for
 * more than 2^20 is refused by the library, so that a crafted one cannot take all memory.
 */
const WORK_FACTOR = 18;

/**
 * Compresses and encrypts. The result is an ordinary file of age (age-encryption.org/v1): chunks of 64 KB, each sealed with
 * its number and whether it is the last (the STREAM construction of Hoang et al. 2015), so that none can be changed, left
 * out, exchanged or cut off unnoticed. `age -d FILE | gunzip` opens it without Keyward.
 * @param passphrase null: only compresses
 */
export async function seal(
  parts: AsyncIterable<Buffer>,
  passphrase: string | null,
  workFactor = WORK_FACTOR,
): Promise<AsyncIterable<Uint8Array>> {
  const packed = piped(parts, createGzip({ level: COMPRESSION_LEVEL }));
  if (passphrase === null) return packed;
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return partsOf(await encrypter.encrypt(streamOf(packed)));
}

/** Whether what begins with these bytes needs a passphrase. @throws BackupError where it is no backup at all */
function isEncrypted(start: Uint8Array): boolean {
  const begins = (mark: Buffer) => mark.equals(start.subarray(0, mark.length));
  if (begins(AGE)) return true;
  if (begins(GZIP)) return false;
  throw new BackupError("This is no backup of Keyward.");
}

/**
 * The text of a backup from its file.
 * @param askPassphrase is called where the file is encrypted
 * @throws BackupError, also while it is read
 */
export async function unseal(
  file: AsyncIterable<Uint8Array>,
  askPassphrase: () => Promise<string>,
): Promise<AsyncIterable<Buffer>> {
  const source = file[Symbol.asyncIterator]();
  const start = await startOf(source);
  const whole = prefixed(start, source);
  const packed = isEncrypted(start) ? await decrypt(whole, await askPassphrase()) : whole;
  return damageNamed(piped(packed, createGunzip()));
}

async function decrypt(
  file: AsyncIterable<Uint8Array>,
  passphrase: string,
): Promise<AsyncIterable<Uint8Array>> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return partsOf(await decrypter.decrypt(streamOf(file)));
  } catch (error) {
    throw new BackupError(
      "The backup does not open: the passphrase is another one, or the beginning of the file is damaged.",
      { cause: error },
    );
  }
}

/** The pieces of a web stream, which browsers' types of it do not let be iterated. */
async function* partsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // Of one that has failed the reason is told already.
    await reader.cancel().catch(() => undefined);
  }
}

/** What the libraries say of a damaged file is about their insides. */
async function* damageNamed(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  try {
    yield* parts;
  } catch (error) {
    throw new BackupError("The backup is damaged, cut short, or was changed after it was made.", {
      cause: error,
    });
  }
}

async function* prefixed(
  start: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield start;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** Enough bytes to tell what a file is, or all there are: a pipe may bring them one by one. */
async function startOf(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start = Buffer.alloc(0);
  while (start.length < AGE.length) {
    const next = await source.next();
    if (next.done) break;
    start = Buffer.concat([start, next.value]);
  }
  return start;
}

/** An error on either side ends the other, and is what the reader of the result gets. */
function piped(parts: AsyncIterable<Uint8Array>, through: Transform): AsyncIterable<Buffer> {
  pipeline(parts, through, () => undefined);
  return through;
}

/** Read only when its reader asks. */
function streamOf(parts: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const source = parts[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        await source.return?.(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
