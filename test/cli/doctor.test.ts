// @module-tag long
import { startCluster } from "@test/support/cluster";
import { createTestDatabase } from "@test/support/postgres";
import { ownFixture } from "@test/support/suite";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import type { CheckResult } from "@/contracts/doctor";
import { runCli, settingsFor } from "./run";

const URL_SETTINGS = { NEXTAUTH_URL: "https://keys.example.com", TRUSTED_PROXIES: "1" };

interface Diagnosis {
  ok: boolean;
  checks: CheckResult[];
}

test("doctor has a line for each check, and ends with exit code 0 where there is no error", async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const settings = { ...settingsFor(database.url), ...URL_SETTINGS };
  const { code, stdout, stderr } = await runCli(["doctor"], settings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  expect(lines.at(-1)).toMatch(/^(All is well\.|0 errors, \d+ warnings?\.)$/);
  for (const line of lines.slice(0, -1)) expect(line).toMatch(/^(ok|warning) +\S[^\n]+\.$/);
  const { ok, checks } = JSON.parse((await runCli(["doctor", "--json"], settings)).stdout) as Diagnosis;
  expect(ok).toBe(true);
  expect(checks).toHaveLength(lines.length - 1);
});

test("It says what is wrong, also where no other command would run, with exit code 1", async () => {
  const fixture = await ownFixture();
  await fixture.key();
  const settings = {
    ...settingsFor(fixture.databaseUrl),
    ...URL_SETTINGS,
    KEY_PEPPER: "a pepper that is another",
  };
  expect(await runCli(["key", "list"], settings)).toMatchObject({ code: 3 });
  const { code, stdout } = await runCli(["doctor"], settings);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ERROR +pepper +1 key stored with a pepper that is not set here/m);
});

test("It tells what the start of the command put right, once", async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const settings = { ...settingsFor(database.url), ...URL_SETTINGS };
  const rights = async () => /^\S+ +rights .*/m.exec((await runCli(["doctor"], settings)).stdout)?.[0];
  expect(await rights()).toMatch(/^ok/);
  const sql = postgres(database.url, { max: 1 });
  onTestFinished(() => sql.end());
  await sql`alter table customers disable row level security`;
  expect(await rights()).toMatch(/^warning .* were not as they have to be\. It was put right just now\./);
  expect(await rights()).toMatch(/^ok/);
});

test("Where Postgres is away, or takes no writes, it says so in one line, with exit code 3", async () => {
  const away = await runCli(["doctor"], settingsFor("postgres://a:b@127.0.0.1:1/none"));
  expect(away).toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringMatching(/^[^\n]*ECONNREFUSED[^\n]*\n$/),
  });

  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const [{ name } = { name: "" }] = await sql<{ name: string }[]>`select current_database() as name`;
  await sql`alter database ${sql(name)} set default_transaction_read_only = on`;
  await sql.end();
  const standby = await runCli(["doctor"], settingsFor(database.url));
  expect(standby).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/^[^\n]*read-only[^\n]*set DATABASE_URL to the primary\.\n$/),
  });
});

test("A login without rights is told every statement that a DBA runs; with them run, it works", {
  tags: ["postgresql-15"],
}, async () => {
  const cluster = await startCluster();
  onTestFinished(() => cluster.stop());
  await cluster.asAdmin(async (admin) => {
    await admin`create role app login password 'app'`;
    await admin`create database app owner app`;
  });
  const settings = { ...settingsFor(cluster.url("app", "app")), ...URL_SETTINGS };
  const refused = await runCli(["database", "migrate"], settings);
  expect(refused.code).toBe(3);
  const [, statements = ""] =
    /^The database login app may not [^\n]*in this database: ([^\n]+)\n$/.exec(refused.stderr) ?? [];
  expect(statements).toMatch(/^CREATE ROLE keyward_api [^;]*; GRANT keyward_api TO app;/);
  await cluster.asAdmin((admin) => admin.unsafe(statements), "app");
  expect(await runCli(["database", "migrate"], settings)).toMatchObject({ code: 0 });
  const { code, stdout } = await runCli(["doctor"], settings);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^warning +isolation .* Let a DBA run in this database, and restart: CREATE ROLE keyward_\w+_production LOGIN/m,
  );
});
