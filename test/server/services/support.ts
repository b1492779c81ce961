import { type Fixture, keyPrincipal } from "@test/support/fixture";
import { wholeOf } from "@test/support/requests";
import { gt, max, sql } from "drizzle-orm";
import type postgres from "postgres";
import { expect, vi } from "vitest";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { LicenseView } from "@/contracts/licenses";
import { type CreateLicenseInput, createLicenseSchema } from "@/contracts/schemas/licenses";
import type { Download } from "@/server/core/download";
import type { KeyPrincipal } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { hasRequestId } from "@/server/database/request-columns";
import { auditEvents } from "@/server/database/schema";
import { createLicense } from "@/server/services/licenses";

/** The fixture's database itself, as its owner: for what no verb shows. */
export function sqlOf(fixture: Fixture) {
  return fixture.runtime.databases.owner.$client;
}

const PATIENCE_MS = 10_000;

/**
 * Resolves when so many statements in the fixture's database wait for a lock: whoever asks has got as far as what is held.
 * @param like only statements whose text is like this, in SQL
 */
export async function untilWaiting(fixture: Fixture, count: number, like = "%"): Promise<void> {
  const sql = sqlOf(fixture);
  await vi.waitFor(
    async () => {
      const waiting = await sql`
        select from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database() and query like ${like}`;
      expect(waiting).toHaveLength(count);
    },
    { timeout: PATIENCE_MS },
  );
}

/** Everything the database holds, row by row: two equal ones mean that nothing was stored in between. */
export async function everyRow(fixture: Fixture): Promise<Record<string, unknown[]>> {
  const sql = sqlOf(fixture);
  const tables = await sql<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public' order by 1`;
  const rows: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const found = await sql<
      { row: unknown }[]
    >`select to_jsonb(t) as row from ${sql(name)} t order by to_jsonb(t)`;
    rows[name] = found.map(({ row }) => row);
  }
  return rows;
}

/**
 * A digest of all rows of each table, to compare: for tests that ask hundreds of times whether anything was stored, which
 * would fetch every row for each of them ({@link everyRow}).
 */
export async function rowDigests(fixture: Fixture): Promise<Record<string, string>> {
  const sql = sqlOf(fixture);
  // Not of a partitioned table as well, whose rows are those of its partitions.
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`;
  // A sum of hashes takes no order, and no text of each row: a sixth of the time.
  const digests = tables.map(
    ({ name }) =>
      `select '${name}' as name, sum(hash_record_extended(t, 0))::text as digest from "${name}" t`,
  );
  const text = digests.join(" union all ");
  // Prepared, as to plan it takes longer than to run it.
  const found = await sql.unsafe<{ name: string; digest: string }[]>(text, [], { prepare: true });
  return Object.fromEntries(found.map(({ name, digest }) => [name, digest]));
}

/** The audit rows that `work` leaves behind, oldest first. */
export async function auditOf(fixture: Fixture, work: () => Promise<unknown>) {
  const db = fixture.runtime.databases.owner;
  const [last] = await db.select({ position: max(auditEvents.position) }).from(auditEvents);
  await work();
  return db
    .select()
    .from(auditEvents)
    .where(gt(auditEvents.position, last?.position ?? 0))
    .orderBy(auditEvents.position);
}

/** Makes every audit row fail until the returned function is called. */
export async function breakAudit(fixture: Fixture): Promise<() => Promise<void>> {
  const sql = sqlOf(fixture);
  await sql`create trigger broken before insert on audit_events execute function audit_events_refuse_change()`;
  return async () => {
    await sql`drop trigger broken on audit_events`;
  };
}

/** The row of an answer in the log of requests, once all is written. */
export async function requestRowOf(fixture: Fixture, answer: { headers: Headers }) {
  await fixture.runtime.requestLog.flush();
  const id = answer.headers.get("x-request-id") as Id<"req">;
  const [row, ...others] = await fixture.runtime.databases.owner.execute(
    sql`select *, to_json(at) as at from requests where ${hasRequestId(id)}`,
  );
  expect(others).toEqual([]);
  expect(row).toBeDefined();
  return { ...row, ...wholeOf(row as postgres.Row) } as postgres.Row;
}

/** A refusal with this code, and with these wrong fields where given. */
export function refusal(code: string, ...paths: string[]) {
  const errors = paths.map((path) => expect.objectContaining({ path }));
  return expect.objectContaining({ code, ...(paths.length > 0 ? { extensions: { errors } } : {}) });
}

/** The context of a call with a key, in whose principal the gateway has put these facts. */
export async function withKey(fixture: Fixture, facts: Partial<Omit<KeyPrincipal, "kind" | "id">> = {}) {
  const { key } = await fixture.key();
  return fixture.context(
    keyPrincipal({ id: key.id, name: key.name, permissions: ["customers:write"], ...facts }),
  );
}

/** A licence made by the command line: of a customer of its own, in staging, without a limit, unless told otherwise. */
export async function newLicense(
  fixture: Fixture,
  input: Partial<CreateLicenseInput> & { environment?: Environment } = {},
): Promise<LicenseView> {
  const { environment = "staging", ...rest } = input;
  const customerId = "customerId" in rest ? rest.customerId : (await fixture.customer({ environment })).id;
  const plain = { product: "Editor", ...(customerId ? { customerId } : {}) };
  const fields = parse(createLicenseSchema, { ...plain, ...rest, customerId });
  return createLicense(fixture.context(), { ...fields, environment });
}

/** An id of the right shape that no record has. */
export const NOBODY = "cus_00000000000000000000000000" as Id<"cus">;

/** The parts of a file, all of them read as one principal. */
export async function textsOf<Ctx>({ parts }: Download<Ctx>, ctx: Ctx): Promise<string[]> {
  const texts: string[] = [];
  for await (const text of parts(async () => ctx))
    texts.push(typeof text === "string" ? text : new TextDecoder().decode(text));
  return texts;
}
