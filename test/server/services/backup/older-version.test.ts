import { migrationsBefore } from "@test/support/migrations";
import { createTestDatabase } from "@test/support/postgres";
import { PEPPER } from "@test/support/secrets";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { newId } from "@/server/core/ids";
import { keyDigest } from "@/server/core/secrets";
import { withSnapshot } from "@/server/database/backup/snapshot";
import { migrateDatabase } from "@/server/database/migrate";
import { headerOf, writeBackup } from "@/server/services/backup/internal/format";
import { seal } from "@/server/services/backup/internal/seal";
import { emptyDatabase, restoreInto } from "./support";

test("A backup of an older version is loaded in the columns it had, and brought up to this version", async () => {
  const old = await createTestDatabase({ migrated: false });
  onTestFinished(() => old.drop());
  await migrateDatabase(old.url, { folder: migrationsBefore("columns_by_the_names_of_the_code") });
  const sql = postgres(old.url, { max: 1, onnotice: () => undefined });
  const id = newId("key");
  await sql`
    insert into api_keys (id, name, environment, digest, display, permissions, rate_limits, created_by, created_at, updated_at)
    values (${id}, 'Old', 'staging', ${keyDigest("kw_stag_old", PEPPER)}, 'kw_stag_…', '{}', '{}', 'ada', now(), now())`;
  const chunks: Uint8Array[] = [];
  await withSnapshot({ $client: sql, dropped: {} }, async (snapshot) => {
    const header = headerOf(snapshot, { version: "0.0.9", at: new Date(), secrets: null });
    for await (const part of await seal(writeBackup(header, snapshot, {}), null)) chunks.push(part);
  });
  await sql.end();
  const url = await emptyDatabase();
  const { header } = await restoreInto({ DATABASE_URL: url }, Buffer.concat(chunks));
  expect(header.version).toBe("0.0.9");
  const now = postgres(url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => now.end());
  const [key] = await now`select id, masked_key, digest from api_keys`;
  expect(key).toMatchObject({ id, masked_key: "kw_stag_…", digest: keyDigest("kw_stag_old", PEPPER) });
});
