import { expect, test } from "vitest";
import { type AnyCommand, nameOf } from "@/cli/command";
import { readCommandLine } from "@/cli/command-line";
import { COMMANDS } from "@/cli/commands";
import { failureOf } from "@/cli/explain";
import { cannotOpen } from "@/cli/installation";
import { notFound } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { DatabaseRightsError } from "@/server/database/isolation";
import { EmbeddedPostgresError } from "@/server/embedded-postgres/start";
import { DatabaseRefusedError, NoInstallationError } from "@/server/runtime/open";
import { SecretsFileError } from "@/server/runtime/secrets-file";

// In this process, as only the wording is at stake; failures.test.ts and its neighbors run whole commands.

/** What the command line says to arguments that cannot be right. */
function refusalOf(words: readonly string[]): string {
  let command: AnyCommand | null = null;
  try {
    const asked = readCommandLine(words, COMMANDS);
    if ("text" in asked) return asked.text;
    command = asked.command;
    command.prepare(asked.input);
  } catch (error) {
    const { exit, detail } = failureOf(error, { command, opened: false });
    expect(exit).toBe(2);
    return detail;
  }
  return "nothing is wrong";
}

/** Half of what a key takes; the case at hand adds the rest, right or wrong. */
const KEY = ["key", "create", "--name", "a"];
const STAGING = ["--environment", "staging"];
const JOBS = ["--permissions", "jobs:read"];

test.each([
  [
    "an option without its value",
    ["key", "create", "--name"],
    /^Option '--name <text>' argument missing\. "key create --help" explains it\.$/,
  ],
  [
    "a word too many",
    ["key", "list", "all"],
    /^Too many arguments for 'list'\. .* "key list --help" explains it\.$/,
  ],
  ["an id of something else", ["key", "delete", newId("cus")], /^<id>: Must be an id of the form key_…/],
  ["no name", ["key", "create", ...STAGING, ...JOBS], /^--name: Is required$/m],
  ["an empty name", ["key", "create", "--name", " ", ...STAGING, ...JOBS], /^--name: Must not be empty$/m],
  [
    "no environment",
    [...KEY, ...JOBS],
    /^--environment: Is required: one of production, staging, development$/,
  ],
  ["no permissions", [...KEY, ...STAGING], /^--permissions: Is required$/m],
  [
    "a limit that is none",
    [...KEY, ...STAGING, ...JOBS, "--limit", "60"],
    /^--limit looks like minute=60,day=10000, not like 60$/m,
  ],
  [
    "a limit of 0",
    [...KEY, ...STAGING, ...JOBS, "--limit", "minute=0"],
    /^--limit minute: Must be at least 1$/m,
  ],
  [
    "a limit that is no number",
    [...KEY, ...STAGING, ...JOBS, "--limit", "minute=many"],
    /^--limit minute: .*number/,
  ],
  [
    "a window there is not",
    [...KEY, ...STAGING, ...JOBS, "--limit", "second=1"],
    /^--limit second: Unknown field/,
  ],
  [
    "a window named twice",
    [...KEY, ...STAGING, ...JOBS, "--limit", "day=1,day=2"],
    /^--limit names a window twice$/m,
  ],
  [
    "a bad range",
    [...KEY, ...STAGING, ...JOBS, "--ip", "10.0.0.1", "--ip", "1.2.3.4/33"],
    /^--ip, entry 2: Must be an IP address or a range/,
  ],
  [
    "a customer that is none",
    [...KEY, ...STAGING, ...JOBS, "--customer", "Ada"],
    /^--customer, entry 1: Must be an id of the form cus_…/,
  ],
  [
    "a bad overlap",
    ["key", "regenerate", newId("key"), "--overlap", "1y"],
    /^--overlap: Must be one of now, 15m, 1h, 24h$/,
  ],
  ["a key as an argument", ["demo", "play", "--key", "kw_stag_1"], /^A key is no argument: /],
  ["no address", ["demo", "play", "--url", "keys"], /^--url: Must be like https:\/\/keys\.example\.com$/],
  [
    "a pace that is none",
    ["demo", "play", "--every", "fast"],
    /^--every: Must be a whole number from 0 to 60,000$/,
  ],
  [
    "no role",
    ["admin", "create", "--email", "a@b.example", "--password-stdin"],
    /^--role: Must be owner, admin, operator or viewer$/,
  ],
  [
    "a bad role",
    ["admin", "create", "--email", "a@b.example", "--password-stdin", "--role", "root"],
    /^--role: Must be owner, admin, operator or viewer$/,
  ],
  [
    "an owner of one environment",
    ["admin", "set-role", "a@b.example", "--role", "staging=owner"],
    /^--role staging: Must be admin, operator or viewer\. An owner is one in all environments$/,
  ],
  [
    "an environment there is not",
    ["admin", "set-role", "a@b.example", "--role", "staging=admin,test=admin"],
    /^--role test: Unknown field$/,
  ],
  [
    "an environment named twice",
    ["admin", "set-role", "a@b.example", "--role", "staging=admin,staging=viewer"],
    /^--role names an environment twice$/,
  ],
  [
    "roles that are none",
    ["admin", "set-role", "a@b.example", "--role", "staging="],
    /^--role looks like admin or staging=admin,production=viewer, not like staging=$/,
  ],
  [
    "no way to a password",
    ["admin", "create", "--email", "a@b.example", "--role", "admin"],
    /^There is no terminal to ask for the password: give it on standard input with --password-stdin\.$/,
  ],
  [
    "a head that is none",
    ["audit", "verify", "--head", "12:abc"],
    /^--head: Must be a head as audit head prints/,
  ],
  ["no days", ["audit", "head", "--days", "0"], /^--days: Must be a whole number from 1 to/],
  [
    "an included permission that is none",
    ["permission", "define", "orders:write", "--label", "Order Write", "--includes", "all"],
    /^--includes, entry 1: Must be the name of a permission/,
  ],
  [
    "a permission's name that is none",
    ["permission", "define", "orders", "--label", "Orders"],
    /^<name>: Must be the name of a permission/,
  ],
  ["a tag that is empty", ["key", "update", newId("key"), "--tag", ""], /^--tag, entry 1: /],
  [
    "keys to manage that there are not",
    [...KEY, ...STAGING, ...JOBS, "--manages-keys", "some"],
    /^--manages-keys: /,
  ],
  ["a key to have made others that is none", ["key", "list", "--made-by", "Ada"], /^--made-by: /],
  ["a prefix that is none", ["key", "prefix", "A"], /^<prefix>: /],
  ["a setting's value that is none", ["settings", "set", "retention.logDays", "week"], /^<value>: /],
  [
    "a window of a rule that there is not",
    ["policy", "set", "production", "maxRateLimits", '{"second":1}'],
    /^<value> second: /,
  ],
  ["a rule's value that is none", ["policy", "set", "production", "maxLifetimeDays", "long"], /^<value>: /],
])("The refusal names the option and says what it takes: %s", (_, args, message) => {
  expect(refusalOf(args)).toMatch(message);
  expect(refusalOf(args)).not.toContain("\n");
});

/** The words of an example, as a shell takes it apart. */
const wordsOf = (example: string) =>
  [...example.replace(" --json", "").matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );

test.each(COMMANDS.map((command) => ({ name: nameOf(command), ...command })))(
  "$name takes --yes, whether or not it asks: a script says it everywhere",
  ({ example }) => {
    const asked = readCommandLine([...wordsOf(example), "--yes"], COMMANDS);
    expect(asked).toMatchObject({
      isSure: true,
      input: { options: expect.not.objectContaining({ yes: true }) },
    });
    expect(readCommandLine(wordsOf(example), COMMANDS)).toMatchObject({ isSure: false });
  },
);

test("Arguments that are right are not refused", () => {
  expect(refusalOf([...KEY, ...STAGING, ...JOBS])).toBe("nothing is wrong");
});

test("A refusal of the services is said in its own words", () => {
  expect(failureOf(notFound(), { command: null, opened: true }).detail).toBe(
    "There is nothing here, or it is not within your reach.",
  );
});

test.each([
  SecretsFileError,
  EmbeddedPostgresError,
  DatabaseRightsError,
  DatabaseRefusedError,
  NoInstallationError,
])("What is written for the operator is said as it is, and not the cause: %o", (Kind) => {
  const error = new Kind("Do this.", { cause: new Error("connect ECONNREFUSED 127.0.0.1:5432") });
  expect(failureOf(cannotOpen(error), { command: null, opened: false })).toMatchObject({
    exit: 3,
    detail: "Do this.",
  });
});

test("A fault is told by its first cause, in one line: what wraps it repeats the query and its parameters", () => {
  const cause = new Error('relation "x"\n  does not exist');
  const error = new Error("Failed query: insert into api_keys values ($1)\nparams: digest", { cause });
  const told = (fault: unknown) => failureOf(fault, { command: null, opened: true }).detail;
  expect(told(error)).toBe('relation "x" does not exist');
  expect(told(Object.assign(new AggregateError([]), { code: "ECONNREFUSED" }))).toBe("ECONNREFUSED");
  expect(told("thrown text")).toBe("thrown text");
});
