import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inject } from "vitest";

/**
 * The migrations of before one of them, as an installation of then has run them.
 * @param name how that one's name ends
 * @returns a folder for migrateDatabase
 */
export function migrationsBefore(name: string): string {
  const folder = copyOfMigrations();
  const journal = path.join(folder, "meta/_journal.json");
  const { entries, ...rest } = JSON.parse(readFileSync(journal, "utf8"));
  const at = entries.findIndex(({ tag }: { tag: string }) => tag.endsWith(name));
  if (at < 1) throw new Error(`No migration's name ends with ${name}`);
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, at) }));
  return folder;
}

/**
 * The migrations that there are, and one more, as the next version of Keyward would bring it.
 * @returns a folder for migrateDatabase
 */
export function migrationsAnd(...statements: readonly string[]): string {
  const folder = copyOfMigrations();
  const journal = path.join(folder, "meta/_journal.json");
  const { entries, ...rest } = JSON.parse(readFileSync(journal, "utf8"));
  const { idx, when, ...last } = entries.at(-1);
  const next = { ...last, idx: idx + 1, when: when + 1, tag: "next" };
  writeFileSync(path.join(folder, "next.sql"), statements.join("\n--> statement-breakpoint\n"));
  writeFileSync(journal, JSON.stringify({ ...rest, entries: [...entries, next] }));
  return folder;
}

function copyOfMigrations(): string {
  const folder = mkdtempSync(path.join(inject("scratchDirectory"), "migrations-"));
  cpSync("drizzle", folder, { recursive: true });
  return folder;
}
