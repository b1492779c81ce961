import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { migrationFaults } from "./migration-rules";

/** The last one that was written before there were rules. */
const LAST_WITHOUT_RULES = "0033";

test("A migration holds up no call for long, and takes nothing away that the version before it asks for", () => {
  const files = readdirSync("drizzle").filter((name) => /^\d{4}_.*\.sql$/.test(name));
  const ruled = files.filter((name) => name.slice(0, 4) > LAST_WITHOUT_RULES);
  const faults = ruled.flatMap((name) =>
    migrationFaults(readFileSync(`drizzle/${name}`, "utf8")).map((fault) => `${name}: ${fault}`),
  );
  expect(faults, "CONTRIBUTING.md, How to add a migration").toEqual([]);
});

/** The last one that was written before this rule. */
const LAST_WITHOUT_COLLATION = "0064";

test("A text that a migration adds to a table has the collation that all of ours have", () => {
  const added = readdirSync("drizzle")
    .filter((name) => /^\d{4}_.*\.sql$/.test(name) && name.slice(0, 4) > LAST_WITHOUT_COLLATION)
    .flatMap((name) => readFileSync(`drizzle/${name}`, "utf8").match(/ADD COLUMN \S+ text\b.*/g) ?? []);
  expect(added).not.toEqual([]);
  // Or every start of the new version would lock all tables to give it that (database/collation.ts), and build its indexes anew.
  expect(added.filter((column) => !column.includes('COLLATE "C"'))).toEqual([]);
});

test.each([
  'CREATE INDEX "by_name" ON "customers" USING btree ("name");',
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS "by_name" ON "customers" ("name");',
  'ALTER TABLE "customers" ADD CONSTRAINT "named" CHECK (name <> \'\');',
  'ALTER TABLE "a" ADD CONSTRAINT "b" FOREIGN KEY ("c") REFERENCES "public"."d"("e") ON DELETE cascade;',
  'ALTER TABLE "customers" ADD CONSTRAINT "one" UNIQUE("name");',
  'ALTER TABLE "customers" ALTER COLUMN "name" SET NOT NULL;',
  'ALTER TABLE "customers" ALTER COLUMN "name" SET DATA TYPE varchar(9);',
  'ALTER TABLE "customers" ADD COLUMN "next" text NOT NULL;',
  'ALTER TABLE "customers" DROP COLUMN "name";',
  'ALTER TABLE "customers" RENAME COLUMN "name" TO "next";',
  "-- Why.\nUPDATE customers SET name = '';",
  "-- online\nUPDATE customers SET name = '' WHERE name IS NULL;",
  "-- online\nCREATE INDEX by_name ON customers (name);",
  "-- online\nALTER TABLE customers ADD COLUMN next text;",
])("Not so in a migration: %s", (sql) => {
  expect(migrationFaults(sql)).toHaveLength(1);
});

test.each([
  'ALTER TABLE "customers" ADD COLUMN "next" text;',
  'ALTER TABLE "customers" ADD COLUMN "next" text DEFAULT \'\' NOT NULL;',
  'ALTER TABLE "customers" ADD CONSTRAINT "named" CHECK (name <> \'\') NOT VALID;',
  'CREATE TABLE "next" ("id" text);\n--> statement-breakpoint\nCREATE INDEX "by_id" ON "next" USING btree ("id");',
  "-- allowed: a few rows\nUPDATE settings SET value = '1';",
  "-- online: large\nCREATE INDEX CONCURRENTLY IF NOT EXISTS by_name ON customers (name);",
  "-- online\nUPDATE customers SET name = ''\nWHERE id IN (SELECT id FROM customers WHERE name IS NULL LIMIT 1000);",
  "-- online\nALTER TABLE customers VALIDATE CONSTRAINT named;",
])("So in a migration: %s", (sql) => {
  expect(migrationFaults(sql)).toEqual([]);
});
