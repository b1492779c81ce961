import type postgres from "postgres";
import { expect } from "vitest";

/** Each row of each table as text, bytes in hex. */
export async function everyColumnOfEveryTable(sql: postgres.Sql): Promise<string[]> {
  const tables = await sql`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`;
  const rows: string[] = [];
  for (const { schema, name } of tables) {
    const found = await sql`select ${sql(name)}::text as text from ${sql(schema)}.${sql(name)}`;
    rows.push(...found.map(({ text }) => `${name}: ${text}`));
  }
  return rows;
}

/** The ways in which a text could have been written down. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
}

/** Every place that has a secret in it, in whatever form, named by both. The secrets come by what they are. */
export function placesOf(secrets: ReadonlyMap<string, string>, texts: readonly string[]): string[] {
  return [...secrets].flatMap(([what, secret]) => {
    expect(secret.length, what).toBeGreaterThan(10);
    const forms = formsOf(secret);
    return texts
      .filter((text) => forms.some((form) => text.includes(form)))
      .map((text) => `${what} in ${text.slice(0, 300)}`);
  });
}
