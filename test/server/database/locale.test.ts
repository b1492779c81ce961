// @module-tag long
import { createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { createTestDatabase } from "@test/support/postgres";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { listKeysSchema } from "@/contracts/schemas/keys";
import { migrateDatabase } from "@/server/database/migrate";
import { createAdmin, signIn } from "@/server/services/admins";
import { createCustomer, importCustomers, listCustomers } from "@/server/services/customers";
import { listKeys } from "@/server/services/keys";

const ICU = (locale: string) => `encoding 'UTF8' locale 'C' locale_provider icu icu_locale '${locale}'`;

/** Czech sorts "ch" after "h", Danish "aa" last and capitals first, Turkish has an I of its own. */
const LOCALES = [
  ["cs-CZ", ICU("cs-CZ")],
  ["da-DK", ICU("da-DK")],
  ["tr-TR", ICU("tr-TR")],
  ["C", "encoding 'UTF8' locale 'C' locale_provider libc"],
] as const;

describe.each(LOCALES)("In a database of the locale %s", (_, locale) => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await createFixture({}, undefined, await createTestDatabase({ locale }));
  });
  afterAll(() => fixture?.close());

  const emails = (page: { data: { email: string }[] }) => page.data.map(({ email }) => email);
  const list = (search?: string, cursor?: string, limit = 100) =>
    listCustomers(fixture.context(), { environment: "staging", limit, search, cursor });

  test("every text column of ours that identifies or orders has the collation C, in partitions too", async () => {
    const others = await fixture.runtime.databases.owner.execute(sql`
      select attrelid::regclass || '.' || attname as name from pg_attribute join pg_class c on c.oid = attrelid
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0
        and attcollation not in (0, '"C"'::regcollation)
      union all
      select indexrelid::regclass::text from pg_index join pg_class c on c.oid = indexrelid,
        unnest(indcollation) as held
      where relnamespace = 'public'::regnamespace and held not in (0, '"C"'::regcollation)`);
    expect([...others]).toEqual([]);
  });

  test("a list goes by UTF-8 order of ids, through all its cursors", async () => {
    // Ids whose order Czech and Danish see otherwise; Date-based ids alone would hide it.
    const ids = ["aa", "ab", "c0", "ch", "cz", "h0", "i0", "zz"].map(
      (end) => `cus_01h455vb4pex5vsknk084sn0${end}`,
    );
    await fixture.runtime.databases.owner.execute(sql`
      insert into customers (id, environment, email, created_at, updated_at)
      select id, 'staging', id || '@acme.example', now(), now()
      from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb) as id`);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list("cus_01h455vb4pex5vsknk084sn0", cursor, 3);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(ids.toReversed());
  });

  test("an e-mail address is one, whatever its case: for customers, in imports, and to sign in with", async () => {
    const email = newEmail().replace("@", "INFIX@");
    const lower = email.toLowerCase();
    await fixture.customer({ email });
    await expect(
      createCustomer(fixture.context(), { environment: "staging", email: lower }),
    ).rejects.toMatchObject({
      code: "conflict",
    });
    const rows = [{ email: lower }, { email: `x${lower}` }, { email: `X${email}` }];
    const outcomes = await importCustomers(fixture.context(), { environment: "staging", rows });
    expect(outcomes.map(({ id }) => id !== null)).toEqual([false, true, false]);

    const password = "a long password";
    await createAdmin(fixture.context(), { email: `I${email}`, password, name: "", role: "owner" });
    expect(await signIn(fixture.context(), { email: `i${lower}`, password })).not.toBeNull();
    await expect(
      createAdmin(fixture.context(), { email: `i${lower}`, password, name: "", role: "owner" }),
    ).rejects.toMatchObject({ code: "conflict" });
  });

  test.each([true, false])(
    "search finds without regard to case, whether the table may be scanned or not (%s)",
    async (mayScan) => {
      const { owner } = fixture.runtime.databases;
      const word = `${mayScan}`.toUpperCase();
      const names = [`IBM ${word} Iğdır`, `ibm ${word} ÄRGER`];
      const made: string[] = [];
      for (const name of names) made.push((await fixture.customer({ name })).email);
      await owner.transaction(async (tx) => {
        await tx.execute(sql.raw(`set local enable_seqscan = ${mayScan ? "on" : "off"}`));
        const ctx = { ...fixture.context(), tx };
        const found = async (search: string) =>
          emails(await listCustomers(ctx, { environment: "staging", limit: 100, search })).sort();
        expect(await found(`ibm ${word.toLowerCase()}`)).toEqual(made.toSorted());
        expect(await found(`IBM ${word}`)).toEqual(made.toSorted());
        expect(await found(`${word} ärg`)).toEqual([made[1]]);
      });
    },
  );

  test("keys by name come in the same order, case aside", async () => {
    for (const name of ["chata", "Cukr", "hrad", "Aarhus", "Zoo", "izmir", "Iris"])
      await fixture.key({ name });
    const { data } = await listKeys(
      fixture.context(),
      listKeysSchema.parse({ sort: "name", direction: "asc" }),
    );
    expect(data.map(({ name }) => name)).toEqual(["Aarhus", "chata", "Cukr", "hrad", "Iris", "izmir", "Zoo"]);
  });
});

describe("A database in another encoding is refused by name:", () => {
  test.each([
    ["LATIN1", "encoding 'LATIN1' locale 'C' locale_provider libc"],
    ["SQL_ASCII", "encoding 'SQL_ASCII' locale 'C' locale_provider libc"],
  ])("%s", async (encoding, locale) => {
    const database = await createTestDatabase({ migrated: false, locale });
    onTestFinished(() => database.drop());
    await expect(migrateDatabase(database.url)).rejects.toThrow(
      `DATABASE_URL: names a database encoded in ${encoding}`,
    );
  });
});
