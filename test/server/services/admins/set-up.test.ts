import { adminOf, type Fixture } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeEach, describe, expect, test } from "vitest";
import { createAdminSchema, setUpSchema } from "@/contracts/schemas/admins";
import { newToken, tokenDigest } from "@/server/core/secrets";
import { parse } from "@/server/core/validation";
import {
  completeSetUp,
  createAdmin,
  ensureFirstOwner,
  issueSetUpToken,
  needsSetUp,
  signIn,
} from "@/server/services/admins";
import { auditOf, breakAudit, everyRow, refusal, sqlOf } from "../support";

const fixture = suiteFixture();

/** A context of a process that has not looked yet whether there is an administrator; it remembers when there is. */
let context: ReturnType<Fixture["context"]>;

beforeEach(async () => {
  await sqlOf(fixture)`delete from admins`;
  await sqlOf(fixture)`delete from settings`;
  // No test meets the counters of the one before it.
  fixture.clock.advance(2 * 3_600);
  context = { ...fixture.context(), databases: { ...fixture.runtime.databases } };
});

const PASSWORD = "correct horse battery";

function complete(token: string, email = "owner@acme.example") {
  return completeSetUp(context, parse(setUpSchema, { token, email, password: PASSWORD }));
}

async function issue(): Promise<string> {
  const token = await issueSetUpToken(context);
  if (!token) throw new Error("no token");
  return token;
}

const owners = () =>
  sqlOf(fixture)<{ email: string; role: string }[]>`select email, role from admins order by 1`;

describe("The set-up token", () => {
  test("makes the first owner, who can sign in, and is on record as made by the set-up", async () => {
    expect(await needsSetUp(context)).toBe(true);
    const token = await issue();
    const rows = await auditOf(fixture, async () => {
      expect(await complete(token, " Owner@Acme.example ")).toMatchObject({
        role: "owner",
        email: "Owner@Acme.example",
      });
    });
    expect(rows).toMatchObject([
      {
        action: "admin.create",
        actorKind: "system",
        actor: "set-up",
        subjectName: "Owner@Acme.example",
        after: { email: "Owner@Acme.example", name: "", role: "owner" },
      },
    ]);
    expect(await needsSetUp(context)).toBe(false);
    expect(await signIn(context, { email: "owner@acme.example", password: PASSWORD })).not.toBeNull();
  });

  test("is worth nothing once there is an administrator, and nobody asks Postgres about it any more", async () => {
    await complete(await issue());
    expect(await needsSetUp(context)).toBe(false);
    const away = new Proxy(context.databases.owner, {
      get: () => expect.unreachable("Postgres was asked"),
    });
    Object.assign(context.databases, { owner: away });
    expect(await needsSetUp(context)).toBe(false);
    await expect(complete(newToken())).rejects.toEqual(refusal("not_found"));
  });

  test("is stored as its digest alone", async () => {
    const token = await issue();
    expect(token).toMatch(/^[0-9A-Za-z_-]{43}$/);
    const everything = JSON.stringify(await everyRow(fixture)) + fixture.log();
    expect(everything).not.toContain(token);
    expect(everything).toContain(tokenDigest(token));
  });

  test("works once", async () => {
    const token = await issue();
    await complete(token);
    const before = await everyRow(fixture);
    await expect(complete(token, "second@acme.example")).rejects.toEqual(refusal("not_found"));
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("stops working when a newer one is issued", async () => {
    const [older, newer] = [await issue(), await issue()];
    await expect(complete(older)).rejects.toEqual(refusal("not_found"));
    await expect(complete(newer)).resolves.toMatchObject({ role: "owner" });
  });

  test("is not issued once there is an administrator, and an old one is worth nothing then", async () => {
    const token = await issue();
    await createAdmin(context, {
      email: "first@acme.example",
      password: PASSWORD,
      role: "owner",
      name: "",
    });
    expect(await issueSetUpToken(context)).toBeNull();
    await expect(complete(token)).rejects.toEqual(refusal("not_found"));
    expect(await owners()).toEqual([{ email: "first@acme.example", role: "owner" }]);
  });

  test("that is wrong is refused in the same words as a set-up that is done, and costs the right one nothing", async () => {
    const token = await issue();
    const refusals: unknown[] = [];
    const refuse = (wrong: string) =>
      complete(wrong).catch(({ code, detail }) => void refusals.push({ code, detail }));
    for (const wrong of [newToken(), token.slice(0, -1), `${token} `, tokenDigest(token), "x"])
      await refuse(wrong);
    await complete(token);
    await refuse(token);
    expect(refusals).toHaveLength(6);
    expect(new Set(refusals.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  test("used twice at once makes one owner", async () => {
    const token = await issue();
    const attempts = Array.from({ length: 8 }, (_, n) => complete(token, `owner-${n}@acme.example`));
    const outcomes = await Promise.allSettled(attempts);
    const made = outcomes.filter((outcome) => outcome.status === "fulfilled");
    expect(made).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toEqual(refusal("not_found"));
    }
    expect(await owners()).toHaveLength(1);
  });

  test("is not used up by a set-up that failed", async () => {
    const token = await issue();
    const mend = await breakAudit(fixture);
    await expect(complete(token)).rejects.toThrow();
    await mend();
    expect(await owners()).toEqual([]);
    await expect(complete(token)).resolves.toMatchObject({ role: "owner" });
  });
});

describe("The owner from the settings", () => {
  const owner = { email: "settings@acme.example", password: PASSWORD };

  test("is made where there is nobody, once", async () => {
    expect(await ensureFirstOwner(context, owner)).toBe(true);
    expect(await ensureFirstOwner(context, owner)).toBe(false);
    expect(await owners()).toEqual([{ email: owner.email, role: "owner" }]);
  });

  test("is made once by many processes that start at the same time, and beside a set-up", async () => {
    const token = await issue();
    const starts = Array.from({ length: 4 }, () => ensureFirstOwner(context, owner));
    await Promise.allSettled([...starts, complete(token)]);
    expect(await owners()).toHaveLength(1);
  });

  test("keeps the password it has since been given, whatever the settings say", async () => {
    await ensureFirstOwner(context, owner);
    expect(await ensureFirstOwner(context, { ...owner, password: "another password" })).toBe(false);
    expect(await signIn(context, owner)).not.toBeNull();
    expect(await signIn(context, { ...owner, password: "another password" })).toBeNull();
  });

  test("does not come back beside a deactivated administrator", async () => {
    await ensureFirstOwner(context, owner);
    await sqlOf(fixture)`update admins set deactivated_at = now()`;
    expect(await ensureFirstOwner(context, { ...owner, email: "other@acme.example" })).toBe(false);
    expect(await issueSetUpToken(context)).toBeNull();
  });
});

describe("A new administrator", () => {
  const input = { email: "new@acme.example", password: PASSWORD, role: "operator", name: "New" };

  test("is shown and recorded without password or hash, by an owner's name", async () => {
    const rows = await auditOf(fixture, async () => {
      const made = await createAdmin(fixture.context(adminOf("owner")), parse(createAdminSchema, input));
      expect(made).toEqual({
        id: expect.stringMatching(/^adm_/),
        environmentRoles: null,
        email: input.email,
        role: "operator",
        name: "New",
        timeZone: "UTC",
      });
    });
    expect(rows).toMatchObject([
      { action: "admin.create", actor: "owner@acme.example", environment: null, before: null },
    ]);
    expect(rows[0]?.after).toEqual({ email: input.email, name: "New", role: "operator" });
    const everything = JSON.stringify(await everyRow(fixture)) + fixture.log();
    expect(everything).not.toContain(PASSWORD);
    expect(JSON.stringify(rows)).not.toContain("argon2");
  });

  test("needs an e-mail address of its own, whatever the case of its letters; nothing is stored otherwise", async () => {
    await createAdmin(context, parse(createAdminSchema, input));
    const before = await everyRow(fixture);
    const twin = parse(createAdminSchema, { ...input, email: "NEW@acme.example" });
    await expect(createAdmin(context, twin)).rejects.toEqual(refusal("conflict"));
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("made twice at once is one administrator and one refusal", async () => {
    const attempts = Array.from({ length: 4 }, () => createAdmin(context, parse(createAdminSchema, input)));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toEqual(refusal("conflict"));
    }
  });

  test.each(["admin", "operator", "viewer"] as const)("is not made by an %s", async (role) => {
    const attempt = createAdmin(fixture.context(adminOf(role)), parse(createAdminSchema, input));
    await expect(attempt).rejects.toEqual(refusal("permission_denied"));
    expect(await owners()).toEqual([]);
  });

  test.each([
    ["a password of 11 characters", { password: "x".repeat(11) }, "password"],
    ["a password of 257 characters", { password: "x".repeat(257) }, "password"],
    ["no e-mail address", { email: "acme.example" }, "email"],
    ["an address of 255 characters", { email: `${"a".repeat(243)}@acme.example` }, "email"],
    ["a NUL in the address", { email: "a\u0000b@acme.example" }, "email"],
    ["a role there is not", { role: "root" }, "role"],
    ["a field there is not", { sessionVersion: 7 }, "sessionVersion"],
  ])("is refused with %s", (_, wrong, path) => {
    expect(() => parse(createAdminSchema, { ...input, ...wrong })).toThrow(
      refusal("validation_failed", path),
    );
  });
});
