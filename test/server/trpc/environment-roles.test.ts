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

describe.each(Object.entries(GRANTS))("As %s", (name, roles) => {
  let cookie: string;
  beforeAll(async () => {
    cookie = await cookieOf(roles, name);
  });
  const ask = async (procedure: string) => {
    const { type, input, ownAccount } = PROCEDURES[procedure] as (typeof PROCEDURES)[string];
    const used = ownAccount ? await cookieOf(roles, `own ${own++}`) : cookie;
    const [newest] = await sqlOf(fixture)`select id from admins order by id desc limit 1`;
    const given = await input(ownAccount && newest?.id);
    const before = await rowDigests(fixture);
    const answer = await call(fixture, type, procedure, given, { cookie: used });
    return { answer, before };
  };

  test.each(Object.keys(PROCEDURES))(
    "%s is done where the role of that environment allows it, and nowhere else",
    async (procedure) => {
      const { for: allowed, environment } = PROCEDURES[procedure] as (typeof PROCEDURES)[string];
      const held = environment ? [roles[environment]] : ENVIRONMENTS.map((one) => roles[one]);
      const { answer, before } = await ask(procedure);
      if (held.some((role) => role && allowed.includes(role))) {
        expect([answer.status, answer.error]).toEqual([200, undefined]);
        return;
      }
      // Where there is no role at all, there is no record either.
      const isUnknown = environment !== null && !roles[environment];
      expect(answer.status).toBeOneOf(isUnknown ? [403, 404] : [403]);
      expect(answer.text).not.toMatch(/acme\.example/);
      expect(await rowDigests(fixture)).toEqual(before);
    },
  );

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
