import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { type ListKeysInput, listKeysSchema } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import { listKeys } from "@/server/services/keys";
import { BOUNDS, type Bounds } from "@/server/services/keys/internal/page";
import { sqlOf } from "../support";

const fixture = suiteFixture();

const KEYS = 6_000;
/** Of which the oldest tenth have expired, and come last by name; a contact answers for every tenth. */
const PART = KEYS / 10;

beforeAll(async () => {
  const sql = sqlOf(fixture);
  const now = fixture.clock.now().toISOString();
  await sql`
    insert into api_keys (id, name, description, environment, digest, masked_key, permissions, rate_limits, owner_email, expires_at,
      created_by, created_at, updated_at)
    select 'key_' || lpad((${KEYS}::int - n)::text, 26, '0'), 'Key ' || lpad(n::text, 5, '0'), 'Made for many readers of ' || lpad(n::text, 5, '0'), 'staging', sha256(n::text::bytea),
      'kw_stag_x', '{}', '{}', case when n % 10 = 0 then 'contact@vendor.example' end,
      ${now}::timestamptz + (${KEYS - PART}::int - n) * interval '1 hour', 'test', now(), now()
    from generate_series(1, ${KEYS}::int) as n`;
  await sql`vacuum analyze api_keys`;
});

/** A page of the list, how many rows of keys were read for it, of how many the words were put together, and blocks of the words' index. */
async function read(input: ListKeysInput, bounds: Bounds) {
  return fixture.runtime.databases.owner.transaction(async (tx) => {
    // Of so few keys Postgres would rather sort them all, where it is left to it; of a million it walks the order.
    await tx.execute("set local track_functions = 'all'; set local enable_sort = off");
    // Hold what earlier transactions of the connection have read as well, until Postgres hands it on.
    const counted = async () => {
      const [row] = await tx.execute<{ rows: number; words: number; blocks: number }>(`
        select (seq_tup_read + idx_tup_fetch)::int as rows,
          coalesce(pg_stat_get_xact_function_calls('joined'::regproc), 0)::int as words,
          pg_stat_get_xact_blocks_fetched('api_keys_by_words'::regclass)::int as blocks
        from pg_stat_xact_user_tables where relname = 'api_keys'`);
      return row ?? { rows: Number.NaN, words: Number.NaN, blocks: Number.NaN };
    };
    const before = await counted();
    const { data } = await listKeys({ ...fixture.context(), tx }, parse(listKeysSchema, input), bounds);
    const after = await counted();
    return {
      names: data.map(({ name }) => name),
      rows: after.rows - before.rows,
      words: after.words - before.words,
      blocks: after.blocks - before.blocks,
    };
  });
}

const names = (first: number, step: number) =>
  Array.from({ length: 20 }, (_, at) => `Key ${String(first + at * step).padStart(5, "0")}`);

describe("Of many keys,", () => {
  test.each([{ statuses: ["expired" as const] }, { expiry: "past" as const }])(
    "those that have expired are found by name without sorting them, nor reading those before them (%o)",
    async (filter) => {
      // None that fit may be sorted: what is not found near is looked for along the whole order.
      const page = await read({ ...filter, sort: "name", direction: "asc" }, { walked: 100, sorted: 0 });
      expect(page.names).toEqual(names(KEYS - PART, 1));
      expect(page.rows).toBeLessThan(KEYS / 10);
    },
  );

  test("a contact's are read alone in the order of creation", async () => {
    const page = await read({ owner: "contact@vendor.example" }, { walked: 100, sorted: 0 });
    expect(page.names).toEqual(names(10, 10));
    // Each of the page twice, and the one that tells that there are more.
    expect(page.rows).toBeLessThan(50);
  });

  test("the words are looked into of as many as fill the page, where most of those that fit otherwise have them", async () => {
    const input: ListKeysInput = {
      owner: "contact@vendor.example",
      search: "many",
      sort: "expiresAt",
      direction: "asc",
    };
    const page = await read(input, { ...BOUNDS, walked: 100 });
    expect(page.names).toEqual(names(KEYS, -10));
    expect(page.words).toBeLessThan(PART / 2);
  });

  test("a text of several words is found by the rarest of them in the index", async () => {
    const page = await read({ search: "made FOR many readers of 00137" }, BOUNDS);
    expect(page.names).toEqual(["Key 00137"]);
    const { blocks } = await read({ search: "00137" }, BOUNDS);
    // And a block for each word that it is asked of how many keys are expected to have it.
    expect(page.blocks).toBeLessThanOrEqual(blocks + 4);
  });
});
