import { migrationsBefore } from "@test/support/migrations";
import { createTestDatabase } from "@test/support/postgres";
import postgres from "postgres";
import { expect, test } from "vitest";
import { requestLogSchema } from "@/contracts/schemas/settings";
import { migrateDatabase } from "@/server/database/migrate";

test("The rows for anonymous calls that an owner has set hold after the upgrade that renamed them", async () => {
  const database = await createTestDatabase({ migrated: false });
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  try {
    await migrateDatabase(database.url, { folder: migrationsBefore("rows_for_anonymous_calls") });
    const before = { headers: true, bodies: false, strangerRowsPerMinute: 7, dailyMegabytes: null };
    await sql`insert into settings (name, value) values ('requestLog', ${sql.json(before)})`;
    await migrateDatabase(database.url);
    const [row] = await sql`select value from settings where name = 'requestLog'`;
    expect(row?.value).toEqual({
      headers: true,
      bodies: false,
      anonymousRowsPerMinute: 7,
      dailyMegabytes: null,
    });
    expect(requestLogSchema.parse(row?.value)).toEqual(row?.value);
  } finally {
    await sql.end();
    await database.drop();
  }
});
