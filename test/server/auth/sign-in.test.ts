import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { suiteFixture } from "@test/support/suite";
import type { AuthOptions } from "next-auth";
import { beforeAll, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import { readEnv } from "@/env";
import { authOptions } from "@/server/auth/options";
import { principalOf, requestMetaOf } from "@/server/auth/principal";
import { credentialIn, usesSecureCookies } from "@/server/auth/session-cookie";
import type { AuthVisit } from "@/server/auth/visit";
import { createLogger } from "@/server/core/logger";
import { createRuntime } from "@/server/runtime/create";
import type { Runtime } from "@/server/runtime/runtime";
import { createAdmin } from "@/server/services/admins";

const fixture = suiteFixture();
let owner: AdminView;

const EMAIL = "owner@acme.example";
const PASSWORD = "correct horse battery";
const TOKEN = /^[\w-]{43}$/;

beforeAll(async () => {
  owner = await createAdmin(fixture.context(), {
    email: EMAIL,
    password: PASSWORD,
    role: "owner",
    name: "O",
  });
});

type Authorize = (credentials: unknown) => Promise<unknown>;

/** What NextAuth calls with the fields of the sign-in form. */
function authorize(
  credentials: unknown,
  runtime: Runtime = fixture.runtime,
  ip = "203.0.113.1",
): Promise<unknown> {
  const { providers } = authOptions(runtime, visit(ip));
  const [provider] = providers as unknown as { options: { authorize: Authorize } }[];
  if (!provider) throw new Error("no provider");
  return provider.options.authorize(credentials);
}

/** The cookie that NextAuth sets for what authorize returned. */
async function cookieOf(user: unknown, runtime = fixture.runtime): Promise<string> {
  const { callbacks, jwt } = authOptions(runtime, visit()) as {
    callbacks: { jwt(given: object): unknown };
    jwt: { encode(given: object): string };
  };
  return jwt.encode({ token: callbacks.jwt({ token: { sub: "other", name: "N" }, user }) });
}

function visit(ip: string | null = null): AuthVisit {
  return { meta: { requestId: null, ip, userAgent: null }, credential: null };
}

describe("The sign-in form", () => {
  test("gives NextAuth the administrator's id and the token of a new session, and nothing else", async () => {
    const fields = { email: EMAIL, password: PASSWORD, csrfToken: "x", callbackUrl: "/", json: "true" };
    expect(await authorize(fields)).toEqual({ id: owner.id, token: expect.stringMatching(TOKEN) });
  });

  test.each([
    ["a wrong password", { email: EMAIL, password: "wrong horse battery" }],
    ["no password", { email: EMAIL }],
    ["no fields", undefined],
    ["lists for texts", { email: [EMAIL], password: [PASSWORD] }],
    ["objects for texts", { email: { $ne: "" }, password: { $ne: "" } }],
    ["a NUL in the address", { email: "a\u0000b", password: PASSWORD }],
    ["a password of a megabyte", { email: EMAIL, password: "x".repeat(1_000_000) }],
  ])("is a plain no with %s", async (_, credentials) => {
    expect(await authorize(credentials, fixture.runtime, "203.0.113.2")).toBeNull();
  });

  test("tells the page for how long to slow down", async () => {
    const guess = () =>
      authorize({ email: EMAIL, password: "wrong horse battery" }, fixture.runtime, "203.0.113.3");
    for (let n = 0; n < 10; n++) expect(await guess()).toBeNull();
    await expect(guess()).rejects.toThrow(/^slow_down:\d+$/);
  });

  test("says that it is unavailable while Postgres is away; the log has the cause, and no password", async () => {
    const lines: string[] = [];
    const logger = createLogger("info", { write: (line) => void lines.push(line) });
    const url = "postgres://nobody:hidden@127.0.0.1:1/none";
    const away = createRuntime(readEnv({ NODE_ENV: "test" }), logger, {
      url,
      pepper: PEPPER,
      sessionSecret: SESSION_SECRET,
    });
    await expect(authorize({ email: EMAIL, password: PASSWORD }, away)).rejects.toThrow(/^unavailable$/);
    expect(lines.join("")).toContain("A sign-in failed");
    expect(lines.join("")).not.toMatch(/hidden|correct horse/);
    await away.databases.end();
  });
});

describe("The session's cookie", () => {
  const principal = (cookie: string, runtime = fixture.runtime) => {
    const headers = new Headers({ cookie });
    return principalOf(runtime, headers, requestMetaOf(runtime, headers));
  };

  test("is the token and nothing else, and leads back to its administrator", async () => {
    const user = (await authorize({ email: EMAIL, password: PASSWORD }, fixture.runtime, "203.0.113.4")) as {
      token: string;
    };
    const cookie = await cookieOf(user);
    expect(cookie).toBe(user.token);
    expect(await principal(`next-auth.session-token=${cookie}`)).toEqual({
      kind: "admin",
      ...owner,
      sessionId: expect.stringMatching(/^ses_/),
      confirmation: { isFresh: true, ways: ["password"] },
      hasSecondFactor: false,
      lacksSecondFactor: false,
    });
  });

  test("takes the place of the one before, which is worth nothing any more", async () => {
    const signIn = async (former: AuthVisit["credential"]) => {
      const { providers } = authOptions(fixture.runtime, { ...visit("203.0.113.5"), credential: former });
      const [provider] = providers as unknown as { options: { authorize: Authorize } }[];
      return (await provider?.options.authorize({ email: EMAIL, password: PASSWORD })) as { token: string };
    };
    const first = await signIn(null);
    const second = await signIn({ kind: "token", token: first.token });
    expect(await principal(`next-auth.session-token=${first.token}`)).toBeNull();
    expect(await principal(`next-auth.session-token=${second.token}`)).not.toBeNull();
  });

  test("lasts as long as a session can", async () => {
    const options: AuthOptions = authOptions(fixture.runtime, visit());
    expect(options.session).toEqual({ strategy: "jwt", maxAge: 7 * 24 * 60 * 60 });
    expect(options.secret).toBe(SESSION_SECRET);
  });

  test("is a secure one over HTTPS, and one that plain HTTP may have planted is none", async () => {
    const secure: Runtime = { ...fixture.runtime, baseUrl: "https://keys.acme.example" };
    expect(usesSecureCookies(fixture.runtime)).toBe(false);
    expect(authOptions(secure, visit()).useSecureCookies).toBe(true);
    const user = await authorize({ email: EMAIL, password: PASSWORD }, secure, "203.0.113.6");
    const value = await cookieOf(user, secure);
    expect(await principal(`__Secure-next-auth.session-token=${value}`, secure)).toMatchObject({
      id: owner.id,
    });
    expect(await principal(`next-auth.session-token=${value}`, secure)).toBeNull();
  });

  test.each([
    ["no cookie", ""],
    ["an empty one", "next-auth.session-token="],
    ["one a letter too long", `next-auth.session-token=${"a".repeat(44)}`],
    ["what the database holds for cookies of before", "next-auth.session-token=legacy:adm_x:1"],
    ["a cookie of another name", `next-auth.session-token.0=${"a".repeat(43)}`],
  ])("holds no credential: %s", async (_, cookie) => {
    expect(await credentialIn(fixture.runtime, new Headers({ cookie }))).toBeNull();
  });
});
