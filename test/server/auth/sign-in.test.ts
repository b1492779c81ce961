import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { createWorld, type World } from "@test/support/world";
import type { AuthOptions } from "next-auth";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import { readEnv } from "@/env";
import { authOptions, sessionOf, usesSecureCookies } from "@/server/auth/options";
import { originOf, principalOf } from "@/server/auth/principal";
import { createLogger } from "@/server/core/logger";
import type { Platform } from "@/server/platform";
import { createAdmin } from "@/server/services/admins";
import { assemble } from "@/server/shared-platform";

let world: World;
let owner: AdminView;

const EMAIL = "owner@acme.example";
const PASSWORD = "correct horse battery";

beforeAll(async () => {
  world = await createWorld();
  owner = await createAdmin(world.context(), { email: EMAIL, password: PASSWORD, role: "owner", name: "O" });
});

afterAll(() => world.close());

type Authorize = (credentials: unknown) => Promise<unknown>;

/** What NextAuth calls with the fields of the sign-in form. */
function authorize(
  credentials: unknown,
  platform: Platform = world.platform,
  ip = "203.0.113.1",
): Promise<unknown> {
  const { providers } = authOptions(platform, { requestId: null, ip, userAgent: null });
  const [provider] = providers as unknown as { options: { authorize: Authorize } }[];
  if (!provider) throw new Error("no provider");
  return provider.options.authorize(credentials);
}

function jwt(parameters: object): unknown {
  const { callbacks } = authOptions(world.platform, { requestId: null, ip: null, userAgent: null });
  const callback = callbacks?.jwt as ((parameters: object) => unknown) | undefined;
  return callback?.(parameters);
}

describe("The sign-in form", () => {
  test("gives NextAuth the administrator's id and session version, and nothing else", async () => {
    const fields = { email: EMAIL, password: PASSWORD, csrfToken: "x", callbackUrl: "/", json: "true" };
    expect(await authorize(fields)).toEqual({ id: owner.id, sessionVersion: 1 });
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
    expect(await authorize(credentials, world.platform, "203.0.113.2")).toBeNull();
  });

  test("tells the page for how long to slow down", async () => {
    const guess = () =>
      authorize({ email: EMAIL, password: "wrong horse battery" }, world.platform, "203.0.113.3");
    for (let n = 0; n < 10; n++) expect(await guess()).toBeNull();
    await expect(guess()).rejects.toThrow(/^slow_down:\d+$/);
  });

  test("says that it is unavailable while Postgres is away; the log has the cause, and no password", async () => {
    const lines: string[] = [];
    const logger = createLogger("info", { write: (line) => void lines.push(line) });
    const url = "postgres://nobody:hidden@127.0.0.1:1/none";
    const away = assemble(readEnv({ NODE_ENV: "test" }), logger, {
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

describe("A session's token", () => {
  test("holds who and which version, not what may change meanwhile", async () => {
    const user = await authorize({ email: EMAIL, password: PASSWORD }, world.platform, "203.0.113.4");
    expect(jwt({ token: { name: "N", email: "E", picture: "P", sub: "other" }, user })).toEqual({
      sub: owner.id,
      sessionVersion: 1,
    });
  });

  test("is handed on unchanged after that, whatever a client asks to have updated", () => {
    const token = { sub: owner.id, sessionVersion: 1 };
    expect(jwt({ token, trigger: "update", session: { sub: "adm_other", sessionVersion: 99 } })).toEqual(
      token,
    );
  });

  test("leads back to its administrator", async () => {
    const user = await authorize({ email: EMAIL, password: PASSWORD }, world.platform, "203.0.113.5");
    const token = jwt({ token: {}, user }) as Record<string, unknown>;
    expect(sessionOf(token)).toEqual({ id: owner.id, sessionVersion: 1 });
    const cookie = `next-auth.session-token=${await encode({ token, secret: SESSION_SECRET })}`;
    const headers = new Headers({ cookie });
    const principal = await principalOf(world.platform, headers, originOf(world.platform, headers));
    expect(principal).toEqual({ kind: "admin", id: owner.id, email: EMAIL, name: "O", role: "owner" });
  });

  test("lasts twelve hours, in a cookie and nowhere on the server", () => {
    const options: AuthOptions = authOptions(world.platform, { requestId: null, ip: null, userAgent: null });
    expect(options.session).toEqual({ strategy: "jwt", maxAge: 12 * 60 * 60 });
    expect(options.adapter).toBeUndefined();
    expect(options.secret).toBe(SESSION_SECRET);
  });
});

describe("Over HTTPS", () => {
  const secure = (): Platform => ({ ...world.platform, baseUrl: "https://keys.acme.example" });

  test("the cookie is a secure one, and one that plain HTTP may have planted is none", async () => {
    expect(usesSecureCookies(world.platform)).toBe(false);
    expect(authOptions(secure(), { requestId: null, ip: null, userAgent: null }).useSecureCookies).toBe(true);
    const value = await encode({ token: { sub: owner.id, sessionVersion: 1 }, secret: SESSION_SECRET });
    const principal = (name: string) => {
      const headers = new Headers({ cookie: `${name}=${value}` });
      return principalOf(secure(), headers, originOf(secure(), headers));
    };
    expect(await principal("__Secure-next-auth.session-token")).toMatchObject({ id: owner.id });
    expect(await principal("next-auth.session-token")).toBeNull();
  });
});
