import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";
import { migrateDatabase } from "@/server/database/migrate";
import { poll } from "@/server/embedded-postgres/processes";

declare module "vitest" {
  export interface ProvidedContext {
    /** The run's Postgres: a superuser's connection string, and the migrated database to copy. */
    postgres: { adminUrl: string; template: string };
    /** For files and data directories of tests; removed after the run. */
    scratchDirectory: string;
    /** The command line, as one file for Node. */
    commandLine: string;
  }
}

export interface TestDatabase {
  /** Connection string, as the owner of all tables. */
  url: string;
  /** Removes the database and ends what is still connected to it. */
  drop(): Promise<void>;
}

interface TestDatabaseOptions {
  migrated?: boolean;
  /** Encoding and locale, in the words of CREATE DATABASE; the cluster's own unless given. */
  locale?: string | undefined;
}

const TEMPLATE_TIMEOUT_MS = 10_000;

/**
 * A database of its own for one suite: migrated unless told otherwise, empty. Roles belong to the whole cluster and are shared by all.
 * @throws PostgresError when the template is still in use after 10 s
 */
export async function createTestDatabase({
  migrated = true,
  locale,
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { adminUrl, template } = inject("postgres");
  const source = migrated ? template : "template1";
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await asAdmin(adminUrl, async (sql) => {
    let problem: unknown;
    const made = await poll(async () => {
      try {
        // Half the time of a copy through the log of writes, which nobody will need.
        if (locale) await sql.unsafe(`create database ${name} template template0 ${locale}`);
        else await sql`create database ${sql(name)} template ${sql(source)} strategy = file_copy`;
        return true;
      } catch (error) {
        if (!isInUse(error)) throw error;
        problem = error;
      }
    }, TEMPLATE_TIMEOUT_MS);
    if (!made) throw problem;
  });
  const url = new URL(adminUrl);
  url.pathname = name;
  // The template is of the cluster's own locale, and a copy cannot be of another.
  if (locale && migrated) await migrateDatabase(url.href);
  return {
    url: url.href,
    drop: () =>
      asAdmin(adminUrl, async (sql) => {
        await sql`drop database if exists ${sql(name)} with (force)`;
      }),
  };
}

async function asAdmin(url: string, use: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, fetch_types: false });
  try {
    await use(sql);
  } finally {
    await sql.end();
  }
}

/** 55006, object_in_use: an autovacuum worker is in the template, for a moment. */
function isInUse(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code === "55006";
}
