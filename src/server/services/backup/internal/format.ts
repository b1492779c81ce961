import { createHash, type Hash } from "node:crypto";
import * as z from "zod";
import type { Outline, Snapshot } from "@/server/database/backup/snapshot";

/**
 * What a backup is, before it is compressed and encrypted: text that a person can read, in UTF-8.
 *
 *     header     one line of JSON
 *     rows       of each table of the header, in its order, as COPY writes them; after each table a line `\.`
 *     trailer    one line of JSON: how many rows each table has, and the SHA-256 of all that stands before
 *
 * No row is the line `\.`, because COPY doubles a backslash in a value.
 */
export const END_OF_TABLE = Buffer.from("\\.\n");

/** Of the form above. Another one gets another number. */
const FORMAT = 1;

/** Names that Keyward gives to tables, columns and sequences. */
const nameSchema = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);
const daySchema = z.iso.date();
const secretSchema = z.string().min(1).max(1_000);

/** What makes the keys of an installation work, and its sessions. */
const savedSecretsSchema = z.strictObject({
  keyPepper: secretSchema.nullable(),
  /** Empty where there was none before the present one. */
  previousKeyPepper: z.string().max(1_000).nullable(),
  sessionSecret: secretSchema.nullable(),
});

export type SavedSecrets = z.output<typeof savedSecretsSchema>;

export const headerSchema = z.strictObject({
  keywardBackup: z.literal(FORMAT),
  /** The version of Keyward that made it. */
  version: z.string().max(100),
  createdAt: z.iso.datetime(),
  migration: z.number().int().nonnegative(),
  tables: z
    .array(
      z.strictObject({
        name: nameSchema,
        columns: z.array(nameSchema).min(1).max(200),
        days: z.array(daySchema).max(20_000).optional(),
      }),
    )
    .max(200),
  sequences: z.array(
    z.strictObject({ name: nameSchema, value: z.string().regex(/^\d{1,19}$/), called: z.boolean() }),
  ),
  secrets: savedSecretsSchema.nullable(),
});

export type BackupHeader = z.output<typeof headerSchema>;

export const trailerSchema = z.strictObject({
  rows: z.record(nameSchema, z.number().int().nonnegative()),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type RowCounts = Record<string, number>;

/** COPY gives a row at a time; so many bytes of them are worth a turn of what compresses. */
const PART_BYTES = 64 * 1024;

/** The header of a backup that is being made. */
export function headerOf(
  { migration, tables, sequences }: Outline,
  facts: { version: string; at: Date; secrets: SavedSecrets | null },
): BackupHeader {
  const { version, at, secrets } = facts;
  return {
    keywardBackup: FORMAT,
    version,
    createdAt: at.toISOString(),
    migration,
    tables,
    sequences,
    secrets,
  };
}

/**
 * The text of a backup, part by part, each read when it is asked for.
 * @param counts gets the rows of each table, complete at the end
 */
export async function* writeBackup(
  header: BackupHeader,
  snapshot: Pick<Snapshot, "rowsOf">,
  counts: RowCounts,
): AsyncGenerator<Buffer, void> {
  const hash = createHash("sha256");
  yield hashed(hash, Buffer.from(`${JSON.stringify(header)}\n`));
  for (const table of header.tables) {
    let count = 0;
    let rows: Buffer[] = [];
    let bytes = 0;
    for await (const row of snapshot.rowsOf(table)) {
      count += linesOf(row);
      rows.push(row);
      bytes += row.length;
      if (bytes < PART_BYTES) continue;
      yield hashed(hash, Buffer.concat(rows));
      rows = [];
      bytes = 0;
    }
    yield hashed(hash, Buffer.concat([...rows, END_OF_TABLE]));
    counts[table.name] = count;
  }
  yield Buffer.from(`${JSON.stringify({ rows: counts, sha256: hash.digest("hex") })}\n`);
}

function hashed(hash: Hash, part: Buffer): Buffer {
  hash.update(part);
  return part;
}

const LINE_FEED = 10;

/** How many lines end in it. */
export function linesOf(part: Buffer): number {
  let lines = 0;
  for (let at = part.indexOf(LINE_FEED); at !== -1; at = part.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
}
