import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { onlySettings } from "@test/support/child-env";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { nameOf } from "@/cli/command";
import { COMMANDS } from "@/cli/commands";
import { run } from "@/cli/run";
import type { CustomerView } from "@/contracts/customers";
import type { KeyView } from "@/contracts/keys";
import type { Page } from "@/contracts/lists";
import { readEnv } from "@/env";
import { VERSION } from "@/server/core/version";
import { getKey } from "@/server/services/keys";
import { readRetention } from "@/server/services/settings";
import { runCli, runProgram, settingsFor } from "./run";

/** Settings with which nothing can be opened: help must not try. */
const NOWHERE = { DATABASE_URL: "mysql://nowhere" };

const fixture = suiteFixture();
const settings = () => settingsFor(fixture.databaseUrl);
const cli = (...words: string[]) => runCli(words, settings());

async function jsonOf<Data>(...words: string[]): Promise<Data> {
  const { code, stdout, stderr } = await cli(...words, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Data;
}

describe("Without opening anything, the program", () => {
  test("says its version, and lists its commands", async () => {
    expect(await runProgram(["--version"], NOWHERE)).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: "" });
    const { code, stdout } = await runCli(["--help"], NOWHERE);
    expect(code).toBe(0);
    for (const command of COMMANDS) {
      const line = `^ {2}${nameOf(command)}\\b.* {2}${command.summary.slice(0, 30)}`;
      expect(stdout).toMatch(new RegExp(line, "m"));
    }
  });

  test.each(COMMANDS.map((command) => ({ command, name: nameOf(command) })))(
    "explains $name: every option with what it is for, and an example that is right",
    async ({ command, name }) => {
      const words = name.split(" ");
      const { code, stdout } = await runCli([...words, "--help"], NOWHERE);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: keyward ${name} [options]`);
      for (const [name, { about }] of Object.entries(command.options)) {
        expect(stdout).toContain(`--${name}`);
        expect(stdout.replace(/\s+/g, " ")).toContain(about);
      }
      expect(stdout).toContain(`\n  keyward ${name}`);
      expect(await runCli(["help", ...words], NOWHERE)).toMatchObject({ code: 0, stdout });
    },
  );

  test("asks for a verb where there is none", async () => {
    expect(await runCli(["key"], NOWHERE)).toMatchObject({ code: 2, stdout: "" });
  });

  test("tells machines what was wrong as an object", async () => {
    const args = ["key", "create", "--name", "a", "--environment", "moon", "--json"];
    const { code, stdout, stderr } = await runCli(args, NOWHERE);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(JSON.parse(stderr)).toMatchObject({
      code: "validation_failed",
      detail: expect.stringContaining("--permissions: Is required"),
      errors: [{ path: "environment" }, { path: "permissions" }],
    });
    const unreachable = await runCli(
      ["key", "list", "--json"],
      settingsFor("postgres://a:b@127.0.0.1:1/none"),
    );
    expect(unreachable.code).toBe(3);
    expect(JSON.parse(unreachable.stderr)).toMatchObject({ code: "database_refused" });
  });
});

describe("Completion", () => {
  /** What bash offers after these words, by the script that the program prints. */
  async function offered(line: string): Promise<string[]> {
    const { stdout: script } = await runCli(["completion", "bash"], NOWHERE);
    const words = line.split(" ");
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const ask = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _keyward; echo "\${COMPREPLY[@]}"`;
    return new Promise((resolve, reject) => {
      execFile("bash", ["-c", ask], (error, stdout) =>
        error ? reject(error) : resolve(stdout.trim().split(" ").filter(Boolean)),
      );
    });
  }

  test("knows nouns, verbs, options and values", async () => {
    expect(await offered("keyward cu")).toEqual(["customer"]);
    expect(await offered("keyward doctor --j")).toEqual(["--json"]);
    expect(await offered("keyward key re")).toEqual(["regenerate", "revoke", "reactivate"]);
    expect(await offered("keyward key revoke --y")).toEqual(["--yes"]);
    expect(await offered("keyward key create --environment st")).toEqual(["staging"]);
  });

  test("is for shells that there are", async () => {
    expect((await runCli(["completion", "zsh"], NOWHERE)).stdout).toMatch(/^autoload/);
    expect(await runCli(["completion", "fish"], NOWHERE)).toMatchObject({ code: 2 });
  });
});

describe("What destroys something", () => {
  test("is not done where nobody can be asked, unless --yes says so", async () => {
    const { key } = await fixture.key();
    const refused = await cli("key", "revoke", key.id);
    expect(refused).toMatchObject({
      code: 2,
      stderr: `Calls with ${key.id} are refused from now on. Add --yes to do it.\n`,
    });
    expect((await getKey(fixture.context(), { id: key.id })).status).toBe("active");
    expect((await cli("key", "revoke", key.id, "--yes")).code).toBe(0);
  });

  test.each([
    ["no", 1, "active"],
    ["", 1, "active"],
    ["yes", 0, "inactive"],
  ])("is asked about on a terminal: %j", async (typed, code, status) => {
    const { key } = await fixture.key();
    const questions: string[] = [];
    const outcome = await run(
      ["key", "revoke", key.id],
      () => readEnv(settings()),
      async (question) => {
        questions.push(question);
        return typed;
      },
    );
    expect(outcome.code).toBe(code);
    expect(questions).toEqual([`Calls with ${key.id} are refused from now on. Type yes to do it: `]);
    expect((await getKey(fixture.context(), { id: key.id })).status).toBe(status);
  });
});

describe("Lists", () => {
  beforeAll(async () => {
    for (let n = 0; n < 5; n++) await fixture.key({ name: `Paged ${n}` });
    for (let n = 0; n < 3; n++) await fixture.customer({ email: `paged${n}@acme.example` });
  });

  test("of keys are narrowed, and read in pages of any size", async () => {
    const narrowed = await jsonOf<KeyView[]>("key", "list", "--search", "paged", "--status", "active");
    expect(narrowed).toHaveLength(5);
    expect(await jsonOf("key", "list", "--search", "paged", "--environment", "production")).toEqual([]);
    const first = await jsonOf<Page<KeyView>>("key", "list", "--search", "paged", "--limit", "3");
    expect(first.data).toEqual(narrowed.slice(0, 3));
    const rest = ["key", "list", "--search", "paged", "--limit", "3", "--cursor", first.nextCursor ?? ""];
    expect(await jsonOf(...rest)).toEqual({ data: narrowed.slice(3), nextCursor: null });
    const { stdout } = await cli("key", "list", "--search", "paged", "--limit", "3");
    expect(stdout).toContain(`\nMore: --cursor ${first.nextCursor}\n`);
  });

  test("of customers too", async () => {
    expect(await jsonOf<CustomerView[]>("customer", "list", "--search", "paged")).toHaveLength(3);
    const { stdout } = await cli("customer", "list", "--email", "paged1@acme.example");
    expect(stdout).toMatch(/^cus_\w{26} {2}staging {2}paged1@acme\.example\b.*\n$/);
  });

  test.each(["0", "1001", "many", ""])("take no --limit %j", async (limit) => {
    expect(await cli("key", "list", "--limit", limit)).toMatchObject({
      code: 2,
      stderr: "--limit: Must be a whole number from 1 to 1000\n",
    });
  });

  test("that nobody reads to their end leave no stack", async () => {
    const child = spawn(process.execPath, [inject("commandLine"), "key", "list", "--json"], {
      cwd: path.resolve(import.meta.dirname, "../.."),
      env: onlySettings(settings()),
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    const errors: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    expect(await once(child, "close")).toEqual([0, null]);
    expect(Buffer.concat(errors).toString()).toBe("");
  }, 60_000);
});

describe("key", () => {
  test("show tells all about a key, a line each", async () => {
    const { key } = await fixture.key({ name: "Shown", permissions: ["jobs:read"] });
    const { stdout } = await cli("key", "show", key.id);
    expect(stdout).toContain(`id             ${key.id}\nname           Shown\n`);
    expect(stdout).toContain("permissions    jobs:read\n");
    expect(await jsonOf("key", "show", key.id)).toEqual(await getKey(fixture.context(), { id: key.id }));
  });

  test("update changes what is given, and takes restrictions off", async () => {
    const { key } = await fixture.key({
      name: "Before",
      ipAllowlist: ["203.0.113.0/24"],
      allowedOrigins: ["https://app.example.com"],
      expiresAt: "2099-01-01T00:00:00Z",
    });
    const updated = await jsonOf<KeyView>(
      "key",
      "update",
      key.id,
      "--name",
      "After",
      "--ip",
      "any",
      "--origin",
      "any",
      "--expires-at",
      "never",
    );
    expect(updated).toMatchObject({
      name: "After",
      ipAllowlist: [],
      allowedOrigins: [],
      expiresAt: null,
      permissions: key.permissions,
    });
    expect(await cli("key", "update", key.id)).toMatchObject({ code: 2 });
  });
});

describe("settings", () => {
  test("are printed, one by its value alone", async () => {
    expect((await cli("settings", "get")).stdout).toMatch(
      /^requestLog\.headers=false\n(.+\n)*retention\.logDays=30\nsignIn\.secondFactorRequired=false\n$/,
    );
    expect((await cli("settings", "get", "retention.logDays")).stdout).toBe("30\n");
    expect(await cli("settings", "get", "retention")).toMatchObject({ code: 2 });
  });

  test("are changed, and what would drop rows takes --yes", async () => {
    expect(await cli("settings", "set", "requestLog.headers", "true")).toMatchObject({
      code: 0,
      stdout: "requestLog.headers=true\n",
    });
    expect(await cli("settings", "set", "retention.logDays", "7")).toMatchObject({ code: 2 });
    expect((await cli("settings", "set", "retention.logDays", "7", "--yes")).code).toBe(0);
    expect(await readRetention(fixture.context())).toMatchObject({ logDays: 7, telemetryDays: 90 });
    expect(await cli("settings", "set", "retention.logDays", "week", "--yes")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("<value>: Must be a whole number of days"),
    });
  });
});
