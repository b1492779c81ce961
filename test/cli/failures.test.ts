import { describe, expect, test } from "vitest";
import type { Outcome } from "@/cli/run";
import { runCli, runProgram, settingsFor } from "./run";

/** Nothing listens there: a command that is refused before it needs a database does not notice. */
const AWAY = "postgres://nobody:hidden-password@127.0.0.1:1/none";

/** Half of what a key takes; the case at hand adds the rest, right or wrong. */
const KEY = ["key", "create", "--name", "a"];
const STAGING = ["--environment", "staging"];
const JOBS = ["--permissions", "jobs:read"];

function expectOneLine({ code, stdout, stderr }: Outcome, exit: number): void {
  expect({ code, stdout }).toEqual({ code: exit, stdout: "" });
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|node:internal|Error:/);
}

describe("A command that cannot be right fails at once, without a database, in one line and with exit code 2:", () => {
  test.each([
    [
      "an unknown command",
      ["key", "craete"],
      /^Unknown command 'craete'\. \(Did you mean create\?\) "help" explains it\.$/m,
    ],
    [
      "an unknown option",
      [...KEY, "--colour", "red"],
      /^Unknown option '--colour'\. "key create --help" explains it\.$/m,
    ],
    [
      "a missing id",
      ["key", "revoke"],
      /^Missing required argument 'id'\. "key revoke --help" explains it\.$/m,
    ],
    [
      "an id that is none",
      ["key", "revoke", "key_1"],
      /^<id>: Must be an id of the form key_… \(API key\)$/m,
    ],
    [
      "a bad environment",
      [...KEY, ...JOBS, "--environment", "moon"],
      /^--environment: Must be one of production, staging, development$/m,
    ],
    [
      "a bad permission",
      [...KEY, ...STAGING, "--permissions", "jobs:read,all"],
      /^--permissions, entry 2: Must be the name of a permission, such as orders:read$/m,
    ],
    [
      "a bad date",
      [...KEY, ...STAGING, ...JOBS, "--expires-at", "tomorrow"],
      /^--expires-at: Must be an RFC 3339 time, such as 2027-01-31T12:00:00Z$/m,
    ],
    [
      "several wrong things",
      ["admin", "create", "--email", "a", "--role", "b", "--password-stdin"],
      /^--email: Invalid email address; --role: Must be owner, admin/,
    ],
  ])("%s", async (_, args, message) => {
    const outcome = await runCli(args, settingsFor(AWAY));
    expectOneLine(outcome, 2);
    expect(outcome.stderr).toMatch(message);
  });
});

describe("An installation that cannot be reached ends with exit code 3, and", () => {
  test("is told in one line, without the password", async () => {
    const outcome = await runProgram(["key", "list"], settingsFor(AWAY));
    expectOneLine(outcome, 3);
    expect(outcome.stderr).toMatch(/ECONNREFUSED/);
    expect(outcome.stderr).not.toContain("hidden-password");
  });

  test("is told by the names of the settings to correct, and not by their values", async () => {
    const settings = {
      ...settingsFor("mysql://root:hidden-password@localhost/x"),
      KEY_PEPPER: "tiny",
      TRUSTED_PROXIES: "one",
      PORT: "80.5",
    };
    const { code, stdout, stderr } = await runProgram(["key", "list"], settings);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^Settings to correct:\n( {2}[A-Z_]+: .+\n){4}$/);
    expect(stderr).toMatch(/KEY_PEPPER: Must be at least 16 characters/);
    expect(stderr).toContain("TRUSTED_PROXIES: Must be a whole number of at least 0\n");
    expect(stderr).toContain("PORT: Must be a whole number from 0 to 65535\n");
    expect(stderr).toContain("DATABASE_URL");
    expect(stderr).not.toMatch(/tiny|hidden-password/);
  });
});
