// @module-tag long
import { gunzipSync, gzipSync } from "node:zlib";
import { suiteFixture } from "@test/support/suite";
import { sql as query } from "drizzle-orm";
import fc from "fast-check";
import postgres from "postgres";
import { beforeAll, describe, expect, test } from "vitest";
import { BackupError } from "@/server/database/backup/errors";
import { type BackupHeader, createBackup, openBackup } from "@/server/services/backup";
import { type RowCounts, writeBackup } from "@/server/services/backup/internal/format";
import { seal } from "@/server/services/backup/internal/seal";
import { backUp, emptyDatabase, inChunks, restoreInto } from "./support";

const PASSPHRASE = "correct horse battery staple";
/** A thousandth of the product's, which these tests would wait for with each file. */
const QUICK = 8;
/** Of age: each but the last has so many bytes, with its tag. */
const CHUNK = 64 * 1024 + 16;

const fixture = suiteFixture({}, new Date());
let real: BackupHeader;

beforeAll(async () => {
  await fixture.key();
  real = (await openBackup(inChunks(await backUp(fixture.context())), never)).header;
});

const never = async () => {
  throw new Error("Nobody was to be asked");
};

async function bytesOf(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const part of parts) chunks.push(part);
  return Buffer.concat(chunks);
}

/** A backup by hand, whole and well-formed. */
async function forge(header: BackupHeader, rows: Record<string, string[]>, passphrase: string | null = null) {
  const counts: RowCounts = {};
  const rowsOf = async function* ({ name }: { name: string }) {
    for (const row of rows[name] ?? []) yield Buffer.from(`${row}\n`);
  };
  return bytesOf(await seal(writeBackup(header, { rowsOf }, counts), passphrase, QUICK));
}

/** Its whole content, or the refusal. */
async function read(bytes: Buffer, passphrase = PASSPHRASE, chunk?: number) {
  const { header, reader } = await openBackup(inChunks(bytes, chunk), async () => passphrase);
  const content: string[] = [JSON.stringify(header)];
  for (const table of header.tables) content.push((await bytesOf(reader.rowsOf(table))).toString());
  return { content, rows: await reader.readTrailer() };
}

const TABLE = { name: "customers", columns: ["id", "name"] };
/** Without a pattern, so that it stays long when it is compressed. */
const noise = (lines: number) =>
  Array.from({ length: lines }, () =>
    Buffer.from(Array.from({ length: 150 }, () => Math.random() * 256)).toString("base64"),
  );

describe("Of a backup in which anything was changed nothing is taken:", () => {
  const sealed = { plain: null, encrypted: PASSPHRASE };

  test.each(Object.keys(sealed) as (keyof typeof sealed)[])(
    "a flipped bit, a cut, a byte more, %s",
    async (kind) => {
      const bytes = await forge({ ...real, tables: [TABLE] }, { customers: noise(20) }, sealed[kind]);
      const { content } = await read(bytes);
      const unharmed = async (changed: Buffer) => {
        try {
          // Some bits of a gzip file say nothing, in its header and as padding of a block: then all is as it was.
          expect((await read(changed)).content).toEqual(content);
          return true;
        } catch (error) {
          expect(error).toBeInstanceOf(BackupError);
          return false;
        }
      };
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ (1 << bit);
          const isRead = await unharmed(changed);
          if (kind === "encrypted") expect(isRead).toBe(false);
        }),
        { numRuns: 150 },
      );
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
          expect(await unharmed(bytes.subarray(0, length))).toBe(false);
        }),
        { numRuns: 50 },
      );
      if (kind === "encrypted") expect(await unharmed(Buffer.concat([bytes, Buffer.from([0])]))).toBe(false);
    },
  );

  test("encrypted chunks that were exchanged, left out, or taken for the last", async () => {
    const bytes = await forge({ ...real, tables: [TABLE] }, { customers: noise(2_000) }, PASSPHRASE);
    const start = bytes.indexOf("\n", bytes.indexOf("\n---") + 1) + 1 + 16;
    const head = bytes.subarray(0, start);
    const chunks: Buffer[] = [];
    for (let at = start; at < bytes.length; at += CHUNK) chunks.push(bytes.subarray(at, at + CHUNK));
    expect(chunks.length).toBeGreaterThan(3);
    const [one, two, ...rest] = chunks as [Buffer, Buffer, ...Buffer[]];
    expect((await read(Buffer.concat([head, one, two, ...rest]))).rows).toEqual({ customers: 2_000 });
    for (const order of [
      [two, one, ...rest],
      [one, ...rest],
      [one, two],
      [one, one, two, ...rest],
      [one, two, ...rest, two],
    ]) {
      await expect(read(Buffer.concat([head, ...order]))).rejects.toThrow(BackupError);
    }
  });

  test("rows left out, moved to another table or added, with the rest put right as far as one can without the digest", async () => {
    const text = gunzipSync(
      await forge({ ...real, tables: [TABLE] }, { customers: ["cus_1\tAda", "cus_2\tZoe"] }),
    ).toString();
    for (const changed of [
      text.replace("cus_2\tZoe\n", ""),
      text.replace("cus_2\tZoe\n", "").replace('"customers":2', '"customers":1'),
      text.replace("Ada", "Eve"),
      text.replace("\\.\n", "cus_3\tEve\n\\.\n"),
      text.replace(/\{"rows".*\n/, ""),
      `${text}more\n`,
      text.slice(0, -1),
    ]) {
      await expect(read(gzipSync(changed))).rejects.toThrow(BackupError);
    }
  });
});

describe("A file that somebody has written by hand", () => {
  test("opens with its passphrase alone, and cannot ask for all memory and hours of work", async () => {
    const bytes = await forge({ ...real, tables: [TABLE] }, { customers: ["cus_1\tAda"] }, PASSPHRASE);
    await expect(read(bytes, "correct horse battery stable")).rejects.toThrow(
      "the passphrase is another one",
    );
    const costly = Buffer.from(bytes.toString("latin1").replace(/^(-> scrypt \S+) \d+$/m, "$1 30"), "latin1");
    expect(costly.equals(bytes)).toBe(false);
    await expect(read(costly)).rejects.toThrow(BackupError);
  });

  test.each([
    ["no backup at all", Buffer.from("PGDMP")],
    ["nothing", Buffer.alloc(0)],
    ["a text of its own", gzipSync("{}\n")],
    ["a header without an end", gzipSync("{".repeat(100_000))],
  ])("is refused where it is %s", async (_what, bytes) => {
    await expect(read(bytes)).rejects.toThrow(BackupError);
    await expect(read(bytes, PASSPHRASE, 1)).rejects.toThrow(BackupError);
  });

  test("is refused where its header has names that are none of ours, or is of another version", async () => {
    for (const header of [
      { ...real, tables: [{ name: 'x"; drop table api_keys; --', columns: ["id"] }] },
      { ...real, tables: [{ name: "customers", columns: ["id) from program 'id' --"] }] },
      { ...real, tables: [{ name: "requests", columns: ["at"], days: ["'; select 1"] }] },
      { ...real, sequences: [{ name: "../../etc/passwd", value: "1", called: true }] },
      { ...real, keywardBackup: 2 as never },
      { ...real, migration: real.migration + 1 },
      { ...real, migration: 12_345 },
    ]) {
      await expect(read(await forge(header, {}))).rejects.toThrow(BackupError);
    }
  });

  test.each([
    ["a table that is not ours", { tables: [{ name: "pg_authid", columns: ["rolname"] }] }, {}],
    [
      "logins",
      { tables: [{ name: "api_logins", columns: ["environment", "role", "password", "database_oid"] }] },
      {},
    ],
    ["too few columns", { tables: [{ name: "settings", columns: ["name"] }] }, { settings: ["retention"] }],
    ["a sequence that is not ours", { sequences: [{ name: "elsewhere", value: "1", called: true }] }, {}],
    [
      "a row that is none",
      { tables: [{ name: "settings", columns: ["name", "value"] }] },
      { settings: ["retention\t{"] },
    ],
    [
      "a row too many",
      { tables: [{ name: "settings", columns: ["name", "value"] }] },
      { settings: ["a\t1", "a\t1"] },
    ],
  ])("leaves nothing in the database where it has %s, and says so at once", async (_what, part, rows) => {
    const url = await emptyDatabase();
    const bytes = await forge({ ...real, tables: [], sequences: [], ...part }, rows);
    await expect(restoreInto({ DATABASE_URL: url }, bytes)).rejects.toThrow(/The backup|duplicate key/);
    const sql = postgres(url, { max: 1 });
    const [left] =
      await sql`select count(*)::int as count from pg_tables where schemaname in ('public', 'drizzle')`;
    await sql.end();
    expect(left?.count).toBe(0);
  });
});

test("A backup whose file cannot be written ends with that, and the connection serves the next one", async () => {
  const { owner } = fixture.runtime.databases;
  await owner.execute(query`select ensure_request_partitions((now() at time zone 'UTC')::date, 1)`);
  await owner.execute(query`
    insert into requests (at, row_id, request_id, environment, method, route, path, status, duration_ms, request_bytes, response_bytes)
    select now(), gen_random_uuid(), 'req_' || i, 'staging', 'GET', '', md5(i::text), 200, 1, 0, 0 from generate_series(1, 20000) as i`);
  const full = createBackup(fixture.context(), { passphrase: null, secrets: null }, async (parts) => {
    for await (const _part of parts) throw new Error("no space left on device");
  });
  await expect(full).rejects.toThrow("no space left");
  const { rows } = await read(await backUp(fixture.context()));
  expect(rows.requests).toBe(20_000);
});

test("Secrets go into an encrypted backup only", async () => {
  const secrets = { sessionSecret: null };
  const refused = createBackup(fixture.context(), { passphrase: null, secrets }, never);
  await expect(refused).rejects.toMatchObject({ code: "validation_failed" });
});
