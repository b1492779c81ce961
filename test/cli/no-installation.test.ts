import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createTestDatabase } from "@test/support/postgres";
import postgres from "postgres";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { runCli, runProgram, settingsFor } from "./run";

const newFolder = () => mkdtempSync(path.join(inject("scratchDirectory"), "nothing-"));

const CALLS = [
  ["key", "list"],
  ["audit", "verify"],
  ["admin", "create", "--email", "a@acme.example", "--password-stdin", "--role", "owner"],
  ["database", "migrate"],
  ["demo", "fill"],
];

describe("Where the settings name no installation, a command makes none and ends with exit code 3:", () => {
  test.each(CALLS.map((args) => ({ args })))("$args, in an empty folder", async ({ args }) => {
    const dataDir = newFolder();
    const { code, stdout, stderr } = await runCli(args, { DATA_DIR: dataDir });
    expect(stderr).toMatch(/^There is no installation in [^\n]+"npm start" makes a new one\.\n$/);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(dataDir);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test("in a folder that is not there, and none is made", async () => {
    const dataDir = path.join(newFolder(), "typo");
    expect(await runCli(["audit", "verify"], { DATA_DIR: dataDir })).toMatchObject({ code: 3, stdout: "" });
    expect(existsSync(dataDir)).toBe(false);
  });

  test("in the folder of a server whose Postgres is elsewhere, where only its secrets are", async () => {
    const dataDir = newFolder();
    writeFileSync(path.join(dataDir, "secrets.json"), "{}");
    expect(await runCli(["key", "list"], { DATA_DIR: dataDir })).toMatchObject({ code: 3, stdout: "" });
  });

  test("in another program's database, which stays as it was; only database migrate makes tables there", async () => {
    const database = await createTestDatabase({ migrated: false });
    onTestFinished(() => database.drop());
    const sql = postgres(database.url, { max: 1 });
    onTestFinished(() => sql.end());
    const tables = async () => (await sql`select from pg_class where relname = 'api_keys'`).length;
    const dataDir = path.join(newFolder(), "unused");
    const { NEXTAUTH_SECRET: _, ...settings } = settingsFor(database.url);

    const refused = await runCli(["audit", "verify"], { ...settings, DATA_DIR: dataDir });
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toMatch(/^There is no Keyward in the database of DATABASE_URL\. [^\n]+\n$/);
    expect(await tables()).toBe(0);

    expect(await runCli(["database", "migrate"], { ...settings, DATA_DIR: dataDir })).toMatchObject({
      code: 0,
    });
    expect(await tables()).toBe(1);
    expect(await runCli(["audit", "verify"], { ...settings, DATA_DIR: dataDir })).toMatchObject({ code: 0 });
    // Nor did any of them leave secrets in the directory it was called in.
    expect(existsSync(dataDir)).toBe(false);
  }, 120_000);
});

describe("A command reads .env in the working directory as Next does", () => {
  test("and the process' own variables win", async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, ".env"), "DATA_DIR=from-file\n");
    const dataDirSeen = async (DATA_DIR: string | undefined) => {
      const { stderr } = await runProgram(["key", "list"], { DATA_DIR }, folder);
      return /installation in ([^ ]+)\. /.exec(stderr)?.[1];
    };
    expect(await dataDirSeen(undefined)).toBe(path.join(folder, "from-file"));
    expect(await dataDirSeen("from-process")).toBe(path.join(folder, "from-process"));
    expect(await dataDirSeen("")).toBe(path.join(folder, ".data"));
  }, 120_000);
});
