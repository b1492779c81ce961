import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runCli, runProgram, settingsFor } from "@test/cli/run";
import { contentOf } from "@test/server/services/backup/support";
import { createTestDatabase } from "@test/support/postgres";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";

const PASSPHRASE = "correct horse battery staple";
const fixture = suiteFixture({}, new Date());
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(path.join(inject("scratchDirectory"), "backups-"));
  await fixture.key();
  await fixture.customer();
});

const settings = (more: Record<string, string> = {}) => ({ ...settingsFor(fixture.databaseUrl), ...more });

async function emptySettings(more: Record<string, string> = {}) {
  const database = await createTestDatabase({ migrated: false });
  onTestFinished(() => database.drop());
  return { ...settingsFor(database.url), ...more };
}

describe("backup", () => {
  test("writes a file that only its owner reads, encrypted, and restore --check says that it is whole", async () => {
    const [file, passphraseFile] = [path.join(directory, "one.age"), path.join(directory, "passphrase")];
    writeFileSync(passphraseFile, `${PASSPHRASE}\n`);
    const made = await runProgram(
      ["backup", file, "--passphrase-file", passphraseFile, "--json"],
      settings(),
    );
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(made.stdout)).toMatchObject({
      encrypted: true,
      secrets: false,
      rows: { api_keys: 1, customers: 1 },
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual(["one.age", "passphrase"]);
    const check = await runProgram(["restore", file, "--check"], { KEYWARD_BACKUP_PASSPHRASE: PASSPHRASE });
    expect(check).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^The backup is whole: .* without secrets\.\n$/),
    });
    writeFileSync(file, readFileSync(file).subarray(0, -1));
    const cut = await runProgram(["restore", file, "--check"], { KEYWARD_BACKUP_PASSPHRASE: PASSPHRASE });
    expect(cut).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^The backup is damaged.*\n$/),
    });
  });

  test("never replaces a file unasked, and leaves nothing half-written", async () => {
    const file = path.join(directory, "kept");
    writeFileSync(file, "mine");
    const args = ["backup", file, "--no-encryption"];
    expect(await runCli(args, settings())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--force"),
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
    const replaced = await runCli([...args, "--force"], settings());
    expect(replaced).toMatchObject({ code: 0, stdout: expect.stringContaining("NOT encrypted") });
    expect(readFileSync(file).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    const nowhere = path.join(directory, "missing", "file");
    expect(await runCli(["backup", nowhere, "--no-encryption"], settings())).toMatchObject({ code: 1 });
    expect(readdirSync(directory).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test.each([
    [["--no-encryption", "--include-secrets"], {}, "needs encryption"],
    [["--no-encryption", "--passphrase-file", "x"], {}, "takes no passphrase"],
    [[], {}, "KEYWARD_BACKUP_PASSPHRASE"],
    [["--passphrase-file", "/nowhere/at/all"], {}, "Cannot read the passphrase"],
  ])("with %j is refused in one line", async (options, more, message) => {
    const outcome = await runCli(["backup", path.join(directory, "none"), ...options], settings(more));
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
    expect(outcome.stderr).toContain(message);
  });

  test("with a passphrase that can be guessed is refused", async () => {
    const short = path.join(directory, "short");
    writeFileSync(short, "hunter2\n");
    const outcome = await runCli(
      ["backup", path.join(directory, "none"), "--passphrase-file", short],
      settings(),
    );
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toContain("at least 12 characters");
  });
});

describe("restore", () => {
  test("brings everything back, and writes the secrets where a server's settings take them", async () => {
    const file = path.join(directory, "whole.age");
    const passphrase = { KEYWARD_BACKUP_PASSPHRASE: PASSPHRASE };
    expect(await runCli(["backup", file, "--include-secrets"], settings(passphrase))).toMatchObject({
      code: 0,
    });
    const target = await emptySettings(passphrase);
    const stranger = { ...target, KEY_PEPPER: "" };
    const refused = await runCli(["restore", file], stranger);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("--secrets-to FILE") });
    const secretsFile = path.join(directory, "restored.env");
    const done = await runCli(["restore", file, "--secrets-to", secretsFile], stranger);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("The audit is unbroken") });
    const { KEY_PEPPER, NEXTAUTH_SECRET } = settingsFor("");
    expect(readFileSync(secretsFile, "utf8")).toContain(`${KEY_PEPPER}`);
    expect(readFileSync(secretsFile, "utf8")).toContain(`${NEXTAUTH_SECRET}`);
    expect(statSync(secretsFile).mode & 0o777).toBe(0o600);
    expect((await contentOf(String(target.DATABASE_URL))).api_keys).toEqual(
      (await contentOf(fixture.databaseUrl)).api_keys,
    );
    const again = await runCli(["restore", file], target);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("not empty") });
  });
});
