import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { findKey } from "@/gateway/authenticate/look-up";
import { newId } from "@/server/core/ids";
import { getKey } from "@/server/services/keys";
import { auditOf } from "../server/services/support";
import { runCli, runProgram, settingsFor } from "./run";

const fixture = suiteFixture();

/** Runs a command that must succeed, and returns what it printed. */
async function cli(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, settingsFor(fixture.databaseUrl));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

async function refused(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, settingsFor(fixture.databaseUrl));
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  return stderr;
}

const view = (id: string): Promise<KeyView> => getKey(fixture.context(), { id: id as Id<"key"> });

describe("key list", () => {
  test("says so when there are none, and prints an empty list for machines", async () => {
    expect(await cli("key", "list")).toBe("No keys.\n");
    expect(JSON.parse(await cli("key", "list", "--json"))).toEqual([]);
  });

  test("shows every key, a line each, also beyond one page and with names of several lines", async () => {
    const names = Array.from({ length: 103 }, (_, n) => `Key\nnumber ${n}`);
    for (const name of names) await fixture.key({ name });
    const lines = (await cli("key", "list")).trimEnd().split("\n");
    expect(lines).toHaveLength(103);
    expect(lines[0]).toMatch(/^key_\w{26} {2}kw_stag_\w{4}…\w{4} {2}staging {2}active {2}Key number 102$/);
    const listed = JSON.parse(await cli("--json", "key", "list")) as KeyView[];
    expect(new Set(listed.map((key) => key.name))).toEqual(new Set(names));
  });
});

describe("key create", () => {
  test("with every option makes that key, and prints the secret once, and only it", async () => {
    const [one, other] = [await fixture.customer(), await fixture.customer()];
    const options = [
      ...["--name", "Main website", "--description", "Sign-ups", "--environment", "staging"],
      ...["--permissions", "customers:write, jobs:read", "--limit", "minute=60,day=10000"],
      ...["--expires-at", "2099-01-31T12:00:00+01:00"],
      ...["--customer", one.id, "--customer", other.id, "--ip", "203.0.113.0/24", "--ip", "2001:db8::1"],
      ...["--origin", "https://App.example.com/", "--origin", "http://localhost:3000"],
    ];
    const rows = await auditOf(fixture, async () => {
      const stdout = await cli("key", "create", ...options);
      expect(stdout).toMatch(/^kw_stag_[0-9A-Za-z]{38}\n$/);
      const found = await findKey(fixture.context(), stdout.trim());
      expect(await view(found?.id ?? "")).toMatchObject({
        name: "Main website",
        description: "Sign-ups",
        environment: "staging",
        permissions: ["customers:write", "jobs:read"],
        rateLimits: { minute: 60, day: 10_000 },
        expiresAt: "2099-01-31T11:00:00.000Z",
        ipAllowlist: ["203.0.113.0/24", "2001:db8::1"],
        allowedOrigins: ["https://app.example.com", "http://localhost:3000"],
        createdBy: "command line",
      });
      expect(new Set(found?.customers)).toEqual(new Set([one.id, other.id]));
    });
    expect(rows).toMatchObject([{ action: "key.create", actorKind: "system", actor: "command line" }]);
  });

  test("for machines prints one JSON object: the key, and the secret that nothing shows again", async () => {
    const args = [
      "--name",
      "Bare",
      "--environment",
      "production",
      "--permissions",
      "licenses:read",
      "--json",
    ];
    const stdout = await cli("key", "create", ...args);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const { secret, ...key } = JSON.parse(stdout) as KeyView & { secret: string };
    expect(secret).toMatch(/^kw_prod_/);
    expect(key).toEqual(await view(key.id));
    expect(key).toMatchObject({
      rateLimits: { minute: 60 },
      expiresAt: null,
      customers: null,
      ipAllowlist: [],
    });
    for (const format of [[], ["--json"]]) expect(await cli("key", "list", ...format)).not.toContain(secret);
  });
});

describe("The life of a key", () => {
  test("runs from revoke over reactivate and regenerate to delete", async () => {
    const { key, secret } = await fixture.key({ name: "Short-lived" });
    const line = (status: string, display = key.maskedKey) =>
      `${key.id}  ${display}  staging  ${status}  Short-lived\n`;

    expect(await refused("key", "delete", "--yes", key.id)).toBe("Revoke the key before you delete it.\n");
    expect(await cli("key", "revoke", "--yes", key.id, "--reason", "Leaked")).toBe(line("inactive"));
    expect(await view(key.id)).toMatchObject({ revokedBy: "command line", revokedReason: "Leaked" });
    expect(await cli("key", "reactivate", key.id)).toBe(line("active"));
    expect(await view(key.id)).toMatchObject({ status: "active", revokedReason: null });

    const renewed = (await cli("key", "regenerate", key.id, "--overlap", "24h")).trim();
    expect(renewed).toMatch(/^kw_stag_[0-9A-Za-z]{38}$/);
    for (const alive of [secret, renewed])
      expect(await findKey(fixture.context(), alive)).toMatchObject({ id: key.id });
    const promised = await view(key.id);
    expect(await refused("key", "regenerate", "--yes", key.id)).toBe(
      `An overlap is running: the previous secret ${key.maskedKey} works until ${promised.overlapUntil} and would stop at once. Nothing has used it since. Add --end-overlap to end it.\n`,
    );
    expect(await view(key.id)).toEqual(promised);
    const again = JSON.parse(
      await cli("key", "regenerate", key.id, "--end-overlap", "--yes", "--json"),
    ) as KeyView & {
      secret: string;
    };
    expect(again).toMatchObject({ id: key.id, overlapUntil: null });
    for (const dead of [secret, renewed]) expect(await findKey(fixture.context(), dead)).toBeNull();

    await cli("key", "revoke", "--yes", key.id);
    expect(await cli("key", "delete", "--yes", key.id)).toBe(`${key.id} deleted\n`);
    expect(await findKey(fixture.context(), again.secret)).toBeNull();
    expect(await refused("key", "delete", "--yes", key.id)).toBe(
      "There is nothing here, or it is not within your reach.\n",
    );
  });
});

test("database migrate changes nothing on a database that is up to date", async () => {
  expect(await cli("database", "migrate")).toBe("The database is up to date.\n");
});

test("help lists every command, and is what is said to none", async () => {
  const { stdout: shown } = await runProgram(["help"], {});
  for (const name of [
    "admin list",
    "admin create",
    "admin reset-password",
    "admin reset-second-factor",
    "admin unlink-identities",
    "admin set-role",
    "admin deactivate",
    "admin reactivate",
    "key create",
    "key list",
    "key revoke",
    "key reactivate",
    "key regenerate",
    "key delete",
  ]) {
    expect(shown).toContain(`\n  ${name}`);
  }
  expect(await cli()).toBe(shown);
});

test("A customer of another environment is named as the option that it is", async () => {
  const { id } = await fixture.customer({ environment: "production" });
  const args = ["--name", "a", "--environment", "staging", "--permissions", "jobs:read", "--customer", id];
  expect(await refused("key", "create", ...args)).toBe(
    "--customer, entry 1: No such customer in this environment\n",
  );
  expect(await refused("key", "revoke", "--yes", newId("key"))).toBe(
    "There is nothing here, or it is not within your reach.\n",
  );
});
