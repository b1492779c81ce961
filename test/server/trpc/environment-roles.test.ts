// @module-tag long
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import type { Role } from "@/contracts/roles";
import { rowDigests, sqlOf } from "../services/support";
import { proceduresOf } from "./procedures";
import { call, SESSION_COOKIE, signedIn, tokenOf } from "./support";

const fixture = suiteFixture({ SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "keys@acme.example" });
const PROCEDURES = proceduresOf(fixture);
/** Numbers the accounts that one call has for itself. */
let own = 0;

/** Whoever holds a role in named environments alone. */
const GRANTS: Record<string, Partial<Record<Environment, Role>>> = {
  "Admin in staging, Viewer in production": { staging: "admin", production: "viewer" },
  "Operator in production alone": { production: "operator" },
  "Viewer in development alone": { development: "viewer" },
};

async function cookieOf(roles: Partial<Record<Environment, Role>>, name: string): Promise<string> {
  const { id } = await signedIn(fixture, "viewer", name.replaceAll(/\W/g, "-"));
  const value = JSON.stringify(roles);
  await sqlOf(fixture)`update admins set environment_roles = ${value}::text::jsonb where id = ${id}`;
  return `${SESSION_COOKIE}=${await tokenOf(fixture, id)}`;
}

const declared = (name: string) => PROCEDURES[name] as (typeof PROCEDURES)[string];

/** What an input names is made once for all who are refused: a refusal must leave it as it was. */
const inputs = new Map<string, unknown>();
beforeAll(async () => {
  for (const name of Object.keys(PROCEDURES)) inputs.set(name, await declared(name).input());
});

describe.each(Object.entries(GRANTS))("As %s", (name, roles) => {
  let cookie: string;
  beforeAll(async () => {
    cookie = await cookieOf(roles, name);
  });
  const ask = (procedure: string, given: unknown, used: string) =>
    call(fixture, declared(procedure).type, procedure, given, { cookie: used });
  /** The account that asks, and an input that it may change by asking. */
  const prepare = async (procedure: string, isRefused: boolean) => {
    const { input, ownAccount } = declared(procedure);
    if (!ownAccount) return { used: cookie, given: isRefused ? inputs.get(procedure) : await input() };
    const used = await cookieOf(roles, `own ${own++}`);
    const [newest] = await sqlOf(fixture)`select id from admins order by id desc limit 1`;
    return { used, given: await input(newest?.id) };
  };
  const isDone = (procedure: string) => {
    const { for: allowed, environment } = declared(procedure);
    const held = environment ? [roles[environment]] : ENVIRONMENTS.map((one) => roles[one]);
    return held.some((role) => role && allowed.includes(role));
  };
  const names = Object.keys(PROCEDURES);

  test.each(names.filter(isDone))("%s is done, as the role of that environment allows it", async (name) => {
    const { used, given } = await prepare(name, false);
    const answer = await ask(name, given, used);
    expect([answer.status, answer.error]).toEqual([200, undefined]);
  });

  test("nothing else is done or tells anything, and nothing is stored", async () => {
    const asked: { procedure: string; given: unknown; used: string }[] = [];
    for (const procedure of names.filter((one) => !isDone(one))) {
      asked.push({ procedure, ...(await prepare(procedure, true)) });
    }
    const before = await rowDigests(fixture);
    for (const { procedure, given, used } of asked) {
      const { environment } = declared(procedure);
      const answer = await ask(procedure, given, used);
      // Where there is no role at all, there is no record either.
      const isUnknown = environment !== null && !roles[environment];
      expect(answer.status, procedure).toBeOneOf(isUnknown ? [403, 404] : [403]);
      expect(answer.text, procedure).not.toMatch(/acme\.example/);
    }
    expect(await rowDigests(fixture)).toEqual(before);
  });

  test("lists, figures and exports hold nothing of other environments", async () => {
    const marks: Record<Environment, string> = { production: "", staging: "", development: "" };
    for (const environment of ENVIRONMENTS) {
      marks[environment] = `mark-${environment}-${name.length}`;
      await fixture.customer({ environment, name: marks[environment] });
      await fixture.key({ environment, name: marks[environment] });
    }
    const lists = Object.keys(PROCEDURES).filter((one) =>
      /\.(list|get|tail|names|products|actors)$/.test(one),
    );
    let seen = "";
    for (const procedure of lists.filter((one) => PROCEDURES[one]?.environment === null)) {
      const given = await PROCEDURES[procedure]?.input();
      seen += (await call(fixture, "query", procedure, given, { cookie })).text;
    }
    for (const environment of ENVIRONMENTS)
      expect(seen.includes(marks[environment]), environment).toBe(roles[environment] !== undefined);
  });
});
