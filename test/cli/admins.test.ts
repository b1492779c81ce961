// @module-tag long
import { suiteFixture } from "@test/support/suite";
import { TOTP } from "otpauth";
import { describe, expect, test } from "vitest";
import { withTransaction } from "@/server/database/session";
import {
  confirmSecondFactor,
  createAdmin,
  listAdmins,
  offerSecondFactor,
  signIn,
} from "@/server/services/admins";
import { adminOfSession, startSession } from "@/server/services/sessions";
import { auditOf, sqlOf } from "../server/services/support";
import { runCli, runProgram, settingsFor } from "./run";

const fixture = suiteFixture();
const PASSWORD = "correct horse battery";
const settings = () => settingsFor(fixture.databaseUrl);

/** Runs a command that must succeed, and returns what it printed. */
async function cli(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, settings());
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

const add = (email: string, role: "owner" | "viewer" = "viewer") =>
  createAdmin(fixture.context(), { email, password: PASSWORD, role });
const memberOf = async (email: string) =>
  (await listAdmins(fixture.context())).find((member) => member.email === email);

describe("admin create", () => {
  test("takes the password from standard input, shows it nowhere, and is on record by the command line", async () => {
    const email = "operator@acme.example";
    const args = ["admin", "create", "--email", email, "--role", "operator", "--name", "Olga"];
    const rows = await auditOf(fixture, async () => {
      const outcome = await runProgram([...args, "--password-stdin"], settings(), undefined, `${PASSWORD}\n`);
      expect(outcome.stderr).toBe("");
      expect(outcome.stdout).toMatch(/^adm_[0-9a-z]{26} {2}operator@acme\.example {2}operator\n$/);
    });
    expect(rows).toMatchObject([{ action: "admin.create", actor: "command line", subjectName: email }]);
    expect(await signIn(fixture.context(), { email, password: PASSWORD })).not.toBeNull();
    const again = await runProgram([...args, "--password-stdin"], settings(), undefined, PASSWORD);
    expect(again).toEqual({
      code: 1,
      stdout: "",
      stderr: "There is an administrator with this e-mail address already.\n",
    });
    const short = await runProgram([...args, "--password-stdin"], settings(), undefined, "short");
    expect(short).toEqual({ code: 1, stdout: "", stderr: "password: Must be at least 12 characters\n" });
  });

  test.each([
    [["--password", "a secret that must not be told"]],
    [["--password=a secret that must not be told"]],
    [["--password"]],
  ])("refuses a password as an argument, and says what to do instead: %j", async (password) => {
    for (const command of [
      ["admin", "create", "--email", "a@acme.example", "--role", "owner"],
      ["admin", "reset-password", "a@acme.example"],
    ]) {
      const { code, stdout, stderr } = await runCli([...command, ...password], settings());
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^A password is no argument: .* with --password-stdin\.\n$/);
      expect(stderr).not.toContain("secret");
    }
    expect(await cli("admin", "create", "--help")).not.toContain("--password ");
    expect(await cli("completion", "bash")).not.toContain("--password ");
  });
});

test("admin list shows everybody with role, last sign-in and deactivation", async () => {
  const { id } = await add("listed@acme.example");
  await cli("admin", "set-role", id, "--role", "staging=admin,production=viewer");
  await cli("admin", "deactivate", "--yes", id);
  expect(await cli("admin", "list")).toContain(
    `${id}  listed@acme.example  production=viewer,staging=admin  never signed in  deactivated\n`,
  );
  const listed = JSON.parse(await cli("admin", "list", "--json"));
  expect(listed).toContainEqual(await memberOf("listed@acme.example"));
});

test("admin set-role, deactivate and reactivate work by e-mail address, whatever its capitals, each on record", async () => {
  await add("ada@acme.example");
  const rows = await auditOf(fixture, async () => {
    await cli("admin", "set-role", "Ada@ACME.example", "--role", "admin");
    await cli("admin", "deactivate", "--yes", "ada@acme.example");
    expect(await memberOf("ada@acme.example")).toMatchObject({ role: "admin" });
    await cli("admin", "reactivate", "ada@acme.example");
  });
  expect(rows).toMatchObject([
    {
      action: "admin.change_role",
      actor: "command line",
      before: { role: "viewer" },
      after: { role: "admin" },
    },
    { action: "admin.deactivate", actor: "command line" },
    { action: "admin.reactivate", actor: "command line" },
  ]);
  const unknown = await runCli(["admin", "reactivate", "nobody@acme.example"], settings());
  expect(unknown).toEqual({
    code: 1,
    stdout: "",
    stderr: 'There is no such administrator. "admin list" shows who there is.\n',
  });
  expect(await runCli(["admin", "deactivate", "ada@acme.example"], settings())).toEqual({
    code: 2,
    stdout: "",
    stderr: "ada@acme.example is signed out at once, and cannot sign in from now on. Add --yes to do it.\n",
  });
});

test("admin reset-second-factor lets whoever lost it in by the password alone, and ends their sessions; each on record", async () => {
  const email = "lost-phone@acme.example";
  const admin = await add(email);
  const own = fixture.context({ kind: "admin", ...admin });
  const { key } = await offerSecondFactor(own);
  const code = new TOTP({ secret: key }).generate({ timestamp: fixture.clock.now().getTime() });
  await confirmSecondFactor(own, { code });
  await withTransaction(fixture.context(), (ctx) => startSession(ctx, admin.id));
  expect(await cli("admin", "list")).toMatch(/lost-phone@.*second factor/);
  const rows = await auditOf(fixture, async () => {
    await cli("admin", "reset-second-factor", email, "--yes");
    expect(await cli("admin", "reset-second-factor", email, "--yes")).toContain("has no second factor");
  });
  expect(rows).toMatchObject([
    { action: "second_factor.reset", actor: "command line", subjectId: admin.id, subjectName: email },
  ]);
  expect(await memberOf(email)).toMatchObject({ hasSecondFactor: false, sessions: 0 });
});

test("admin unlink-identities lets another account of a provider be linked, and ends their sessions; each on record", async () => {
  const email = "moved@acme.example";
  const admin = await add(email);
  await sqlOf(fixture)`
    insert into admin_identities (issuer, subject, admin_id, email, linked_at, last_sign_in_at)
    select 'https://id' || n || '.example', '1', ${admin.id}, ${email}, now(), now() from generate_series(1, 2) n`;
  await withTransaction(fixture.context(), (ctx) => startSession(ctx, admin.id));
  const rows = await auditOf(fixture, async () => {
    await cli("admin", "unlink-identities", email, "--yes");
    expect(await cli("admin", "unlink-identities", email, "--yes")).toContain("has none");
  });
  const recorded = { action: "admin.unlink_identity", actor: "command line", subjectId: admin.id };
  expect(rows).toMatchObject([recorded, recorded]);
  expect(await memberOf(email)).toMatchObject({ providers: [], sessions: 0 });
});

test("admin reset-password breaks the glass: the old sessions and password end, the new one signs in", async () => {
  const email = "locked-out@acme.example";
  const { id } = await add(email, "owner");
  const { token } = await withTransaction(fixture.context(), (ctx) => startSession(ctx, id));
  const rows = await auditOf(fixture, async () => {
    const outcome = await runProgram(
      ["admin", "reset-password", email, "--password-stdin"],
      settings(),
      undefined,
      "another long password\r\n",
    );
    expect(outcome).toEqual({ code: 0, stdout: `${id}  ${email}  owner\n`, stderr: "" });
  });
  expect(rows).toMatchObject([{ action: "admin.reset_password", actor: "command line", before: null }]);
  expect(await adminOfSession(fixture.context(), { kind: "token", token })).toBeNull();
  expect(await signIn(fixture.context(), { email, password: PASSWORD })).toBeNull();
  expect(await signIn(fixture.context(), { email, password: "another long password" })).not.toBeNull();
  await cli("admin", "set-role", email, "--role", "owner");
  const demoted = await runCli(["admin", "set-role", email, "--role", "admin"], settings());
  expect(demoted.stderr).toBe("This is the last owner who can sign in. Make somebody else an owner first.\n");
});
