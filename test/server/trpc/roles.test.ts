// @module-tag long
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { fieldWords } from "@/components/recorded-words";
import { ROLE_DETAILS, ROLES, type Role } from "@/contracts/roles";
import { createTrpcContext } from "@/server/trpc/context";
import { appRouter, createCaller } from "@/server/trpc/router";
import { rowDigests } from "../services/support";
import { type Procedure, proceduresOf } from "./procedures";
import { call, type SignedInAdmin, signedIn } from "./support";

/** With mail, which some procedures need: it waits to be sent. */
const fixture = suiteFixture({ SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "keys@acme.example" });
const admins = new Map<Role, SignedInAdmin>();

beforeAll(async () => {
  for (const role of ROLES) admins.set(role, await signedIn(fixture, role));
});

/** Numbers the accounts that one call has for itself. */
let own = 0;

const PROCEDURES = proceduresOf(fixture);

/** Those that a visitor may call; the token, or that there is no administrator yet, is what decides there. */
const FOR_VISITORS = [
  "invitations.accept",
  "invitations.find",
  "setUp.complete",
  "setUp.needed",
  "signIn.askPasskey",
  "signIn.confirmEmail",
  "signIn.requestPasswordReset",
  "signIn.resetPassword",
  "signIn.ways",
];

const names = Object.keys(PROCEDURES);
const declared = (name: string): Procedure => {
  const procedure = PROCEDURES[name];
  if (!procedure) throw new Error(`${name} is not in the table`);
  return procedure;
};

test("Every procedure of the router is in this table", () => {
  const all = Object.keys(appRouter._def.procedures).sort();
  expect(
    all,
    "Say in test/server/trpc/procedures who may call the new procedure, and with which input it is tried.",
  ).toEqual([...names, ...FOR_VISITORS].sort());
});

/**
 * What an input names is made once, for all who are refused: a refusal must leave it as it was. Those whose inputs belong to the
 * account that asks are made for it.
 */
const inputs = new Map<string, unknown>();
beforeAll(async () => {
  for (const name of names) inputs.set(name, await declared(name).input());
});

/** As a page on the server calls a procedure, without HTTP. @returns the code of a refusal, else "done" */
async function callOnServer(cookie: string, name: string, given: unknown): Promise<string> {
  const caller = createCaller(await createTrpcContext(fixture.runtime, new Headers({ cookie })));
  const [noun = "", verb = ""] = name.split(".");
  const procedures = caller[noun as keyof typeof caller] as unknown as Record<
    string,
    (input: unknown) => unknown
  >;
  return Promise.resolve(procedures[verb]?.(given)).then(
    () => "done",
    (error: { code: string }) => error.code,
  );
}

describe.each(ROLES)("As %s", (role) => {
  const done = names.filter((name) => declared(name).for.includes(role));
  const refused = names.filter((name) => !declared(name).for.includes(role));

  test.each(done)("%s is done, and a query for a page on the server as well", async (name) => {
    const { type, input, ownAccount } = declared(name);
    const caller = ownAccount ? await signedIn(fixture, role, `${role}-${own++}`) : admins.get(role);
    const given = await input(ownAccount && caller?.id);
    const cookie = caller?.cookie ?? "";
    const answer = await call(fixture, type, name, given, { cookie });
    expect(answer.error).toBeUndefined();
    expect(answer.status).toBe(200);
    // Pages only read.
    if (type === "query") expect(await callOnServer(cookie, name, given)).toBe("done");
  });

  test("everything else is refused, with the roles that it takes, also for a page on the server, and nothing is stored", async () => {
    const asked: { name: string; given: unknown; cookie: string }[] = [];
    for (const name of refused) {
      const { ownAccount, input } = declared(name);
      const caller = ownAccount ? await signedIn(fixture, role, `${role}-${own++}`) : admins.get(role);
      const given = ownAccount ? await input(caller?.id) : inputs.get(name);
      asked.push({ name, given, cookie: caller?.cookie ?? "" });
    }
    const before = await rowDigests(fixture);
    for (const { name, given, cookie } of asked) {
      const answer = await call(fixture, declared(name).type, name, given, { cookie });
      expect(answer.status, name).toBe(403);
      expect(answer.error?.data, name).toMatchObject({ code: "permission_denied", httpStatus: 403 });
      const helpers = declared(name).for.map((one) => ROLE_DETAILS[one].label);
      expect(answer.error?.message, name).toBe(
        `Your role does not allow this. It takes: ${helpers.join(", ")}.`,
      );
      expect(await callOnServer(cookie, name, given), name).toBe("FORBIDDEN");
    }
    expect(await rowDigests(fixture)).toEqual(before);
  });

  test("no secret is ever seen but one that was made just now", async () => {
    const { key, secret } = await fixture.key({ permissions: ["licenses:read"] });
    const { cookie = "" } = admins.get(role) ?? {};
    const ofKey = (name: string) => declared(name).input === declared("usage.ofKey").input;
    const queries = names.filter((one) => declared(one).type === "query" && declared(one).for.includes(role));
    expect(queries.filter(ofKey).length).toBeGreaterThan(5);
    for (const name of queries) {
      const given = ofKey(name) ? { id: key.id } : await declared(name).input();
      const { status, text } = await call(fixture, "query", name, given, { cookie });
      // A refusal holds no secret either, and proves nothing.
      expect(status, name).toBe(200);
      if (["keys.get", "keys.list"].includes(name)) expect(text).toContain(key.maskedKey);
      expect(text).not.toContain(secret.slice(-38, -6));
      expect(text).not.toMatch(/digest|password_?hash|"(password|secret)":/i);
    }
  });
});

describe("Without a session", () => {
  test("every procedure is refused, and nothing is stored", async () => {
    const before = await rowDigests(fixture);
    for (const name of names) {
      const answer = await call(fixture, declared(name).type, name, inputs.get(name));
      expect(answer.status, name).toBe(401);
      expect(answer.error?.message, name).toBe("Sign in to continue.");
      expect(answer.error?.data, name).toMatchObject({
        code: "key_missing",
        requestId: expect.stringMatching(/^req_/),
      });
    }
    expect(await rowDigests(fixture)).toEqual(before);
  });

  test.each(names)("%s does not even look at its input", async (name) => {
    const answer = await call(fixture, declared(name).type, name, { nonsense: true });
    expect(answer).toMatchObject({ status: 401 });
    expect(answer.text).not.toContain("nonsense");
  });

  test("whether a first owner is still to be made is told, and with one there nobody can become another", async () => {
    expect(await call(fixture, "query", "setUp.needed", undefined)).toMatchObject({
      status: 200,
      data: false,
    });

    const before = await rowDigests(fixture);
    const input = { token: "guess", email: "intruder@acme.example", password: "correct horse battery" };
    const answer = await call(fixture, "mutation", "setUp.complete", input);
    expect(answer).toMatchObject({ status: 404, error: { data: { code: "not_found" } } });
    expect(await rowDigests(fixture)).toEqual(before);
  });
});

test("Every field that all those changes left in the audit has words on the console's pages", async () => {
  const fields = await fixture.runtime.databases.owner.$client<{ action: string; field: string }[]>`
    select distinct action, field
    from audit_events cross join lateral jsonb_object_keys(coalesce(before, '{}') || coalesce(after, '{}')) as field`;
  expect(fields.length).toBeGreaterThan(30);
  const wordless = fields.filter(({ action, field }) => !fieldWords(action, field));
  expect(wordless, "Give the field a line in components/recorded-words.ts.").toEqual([]);
});
