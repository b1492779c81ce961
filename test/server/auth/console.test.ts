// @module-tag long
import { type Console, consoleOf, signIn } from "@test/support/console";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { MOUNTS, type Mount, startMount } from "@test/support/mounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAdmin } from "@/server/services/admins";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };

let mounted: MountedFixture;
let mounts: Mount[];

beforeAll(async () => {
  mounted = await createMountedFixture("main.ts");
  const { fixture, mount } = mounted;
  await createAdmin(fixture.context(), { ...OWNER, role: "owner", name: "" });
  mounts = [mount, await startMount("Next catch-all", fixture.databaseUrl)];
});

afterAll(async () => {
  await mounts?.[1]?.stop();
  await mounted?.close();
});

const mountOf = (index: number): Mount => {
  const mount = mounts[index];
  if (!mount) throw new Error("not started");
  return mount;
};

async function enter(mount: Mount): Promise<Console> {
  const admin = await signIn(mount, OWNER);
  if (!admin) throw new Error(`Could not sign in:\n${mount.output()}`);
  return admin;
}

const get = (mount: Mount, path: string, cookie: string, init: RequestInit = {}) =>
  fetch(mount.url + path, {
    redirect: "manual",
    ...init,
    headers: { cookie, origin: mount.url, ...(init.headers as Record<string, string>) },
  });

/** Signs out as the account menu does. */
async function signOut(
  mount: Mount,
  cookie: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const csrf = await get(mount, "/api/auth/csrf", cookie);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const own = [cookie, ...csrf.headers.getSetCookie().map((one) => one.split(";", 1)[0])].join("; ");
  return get(mount, "/api/auth/signout", own, {
    method: "POST",
    headers,
    body: new URLSearchParams({ csrfToken, json: "true", callbackUrl: "/sign-in" }),
  });
}

/** What a cookie still opens in a process: procedures, pages, files. */
const openedBy = async (mount: Mount, cookie: string) => {
  const [procedure, page, file, result] = await Promise.all([
    consoleOf(mount, cookie).query("keys.list", {}),
    get(mount, "/audit", cookie),
    get(mount, "/api/audit/export?format=csv", cookie),
    get(mount, "/api/requests/export?format=csv", cookie),
  ]);
  return [procedure.status, page.status, file.status, result.status];
};

describe.each(MOUNTS.map((name, index) => ({ name, index })))("Signed out of $name", ({ index }) => {
  test("the old cookie opens nothing, in either process, and no other session ends with it", async () => {
    const { cookie } = await enter(mountOf(index));
    const beside = await enter(mountOf(index));
    for (const mount of mounts) expect(await openedBy(mount, cookie)).toEqual([200, 200, 200, 200]);
    const answer = await signOut(mountOf(index), cookie);
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie().join()).toMatch(/session-token=;/);
    for (const mount of mounts) {
      expect(await openedBy(mount, cookie)).toEqual([401, 307, 401, 401]);
      expect(await openedBy(mount, beside.cookie)).toEqual([200, 200, 200, 200]);
    }
  });

  test("by another site nobody is", async () => {
    const { cookie } = await enter(mountOf(index));
    const answer = await signOut(mountOf(index), cookie, { "sec-fetch-site": "cross-site" });
    expect(answer.status).toBe(403);
    expect(await openedBy(mountOf(index), cookie)).toEqual([200, 200, 200, 200]);
  });

  test("no endpoint of NextAuth renews a cookie, shows whose it is, or takes text for the log", async () => {
    const { cookie } = await enter(mountOf(index));
    for (const path of [
      "session",
      "verify-request",
      "signin/credentials",
      "_log",
      "__proto__",
      "constructor",
    ]) {
      for (const method of ["GET", "POST"]) {
        const answer = await get(mountOf(index), `/api/auth/${path}`, cookie, { method });
        const text = await answer.text();
        expect([path, method, answer.headers.getSetCookie().join().includes("session-token")]).toEqual([
          path,
          method,
          false,
        ]);
        expect(text).not.toContain("acme");
        if (path !== "signin/credentials") expect([path, method, answer.status]).toEqual([path, method, 404]);
      }
    }
  });

  test("there is no page but ours: NextAuth's own lead to them", async () => {
    for (const path of ["signin", "signout", "error"]) {
      const answer = await get(mountOf(index), `/api/auth/${path}`, "");
      expect(answer.status).toBe(302);
      expect(new URL(answer.headers.get("location") ?? "", mountOf(index).url).pathname).toMatch(
        /^\/(sign-in)?$/,
      );
    }
  });
});

/** Answers of every kind that are no pages. */
const ANSWERS: [status: number, path: string, init?: RequestInit & { anonymous?: true }][] = [
  [200, "/api/trpc/keys.list?input={}"],
  [401, "/api/trpc/keys.list?input={}", { anonymous: true }],
  [403, "/api/trpc/keys.list?input={}", { headers: { "sec-fetch-site": "cross-site" } }],
  [404, "/api/trpc/nothing.there"],
  [405, "/api/trpc/keys.create"],
  [405, "/api/trpc/keys.create", { method: "DELETE" }],
  [405, "/api/trpc/keys.create", { method: "OPTIONS" }],
  [415, "/api/trpc/keys.create", { method: "POST", body: "x" }],
  [422, "/api/trpc/keys.get?input={}"],
  [200, "/api/auth/csrf"],
  [200, "/api/auth/csrf", { method: "HEAD" }],
  [302, "/api/auth/signout"],
  [400, "/api/auth/signin?callbackUrl=%00"],
  [400, "/api/auth/signin?callbackUrl=nowhere"],
  [400, "/api/auth/signout", { method: "POST", body: new URLSearchParams({ callbackUrl: "nowhere" }) }],
  [
    400,
    "/api/auth/signout",
    { method: "POST", headers: { "content-type": "application/json" }, body: '{"callbackUrl":["/"]}' },
  ],
  [
    400,
    "/api/auth/callback/credentials",
    { method: "POST", headers: { "content-type": "application/json" } },
  ],
  [404, "/api/auth/session"],
  [405, "/api/auth/csrf", { method: "PUT" }],
  [200, "/api/audit/export?format=csv"],
  [401, "/api/audit/export?format=csv", { anonymous: true }],
  [405, "/api/requests/export", { method: "POST" }],
  [404, `/api/jobs/job_${"0".repeat(26)}/result`],
  [404, "/api"],
  [404, "/api/nothing/there"],
];

describe.each(MOUNTS.map((name, index) => ({ name, index })))("Every answer of $name", ({ index }) => {
  let cookie: string;
  beforeAll(async () => {
    ({ cookie } = await enter(mountOf(index)));
  });

  test.each(ANSWERS)(
    "%i of %s is kept by no cache, framed by nobody, and is what it says it is",
    async (status, path, init = {}) => {
      const answer = await get(mountOf(index), path, init.anonymous ? "" : cookie, init);
      await answer.body?.cancel();
      expect(answer.status).toBe(status);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      });
      expect(answer.headers.get("strict-transport-security")).toBeNull();
    },
  );

  test.each([
    [200, "/audit"],
    [200, "/sign-in"],
    [307, "/api-keys"],
    [404, "/nothing"],
  ])("%i of the page %s is kept by no cache and framed by nobody", async (status, path) => {
    const answer = await get(mountOf(index), path, status === 307 ? "" : cookie);
    await answer.body?.cancel();
    expect(answer.status).toBe(status);
    expect(answer.headers.get("cache-control")).toContain("no-store");
    expect(answer.headers.get("content-security-policy")).toMatch(/nonce-.*frame-ancestors 'none'/);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
  });
});

/** Cookies that no sign-in has made: of another program on this host, or of somebody who tries. */
const FOREIGN_COOKIES = [
  ...["nowhere", "javascript:x", "%00", "%", "http://"].map((value) => `next-auth.callback-url=${value}`),
  ...["%", "%00|%00", "|"].map((value) => `next-auth.csrf-token=${value}`),
  ...["%", "%00", "a.b.c.d.e", "x".repeat(8_000)].map((value) => `next-auth.session-token=${value}`),
  ...['"', ".0", ".1", "ÿ"].map((end) => `next-auth.session-token${end}=1`),
];

/** What of NextAuth answers without a form. */
const ANSWERED = [
  ["GET", "csrf"],
  ["GET", "providers"],
  ["GET", "signin"],
  ["GET", "signout"],
  ["POST", "signout"],
  ["POST", "callback/credentials"],
] as const;

describe.each(MOUNTS.map((name, index) => ({ name, index })))(
  "Cookies of somebody else, on $name,",
  ({ index }) => {
    test.each(FOREIGN_COOKIES.map((cookie) => ({ cookie, title: cookie.slice(0, 40) })))(
      "are passed over: $title",
      async ({ cookie }) => {
        const mount = mountOf(index);
        for (const [method, action] of ANSWERED) {
          const [without, beside] = await Promise.all(
            ["", cookie].map(async (one) => {
              const { status, headers } = await get(mount, `/api/auth/${action}`, one, { method });
              return [action, status, headers.get("location")];
            }),
          );
          expect(beside).toEqual(without);
        }
      },
    );

    test("keep nobody from signing in and out", async () => {
      const foreign = FOREIGN_COOKIES.join("; ");
      const entered = await signIn(mountOf(index), OWNER, foreign);
      const cookie = `${foreign}; ${entered?.cookie}`;
      expect(await openedBy(mountOf(index), cookie)).toEqual([200, 200, 200, 200]);
      expect((await signOut(mountOf(index), cookie)).status).toBe(200);
      expect(await openedBy(mountOf(index), cookie)).toEqual([401, 307, 401, 401]);
    });
  },
);

describe("What an administrator does through main.ts", () => {
  // Next makes the header up of the peer's address where it is missing: the proxy's, which is nobody's who is limited by it.
  test.each([
    ["198.51.100.9", "198.51.100.9"],
    [null, null],
  ])(
    "comes from the address that the proxy names, and from an unknown one where it names none: %s",
    async (named, ip) => {
      const [mount, { fixture }] = [mountOf(0), mounted];
      const { cookie } = await enter(mount);
      const answer = await get(mount, "/api/trpc/keys.create", cookie, {
        method: "POST",
        headers: { "content-type": "application/json", ...(named && { "x-forwarded-for": named }) },
        body: JSON.stringify({ name: "a", environment: "staging", permissions: ["jobs:read"] }),
      });
      expect(answer.status).toBe(200);
      const rows = await fixture.runtime.databases.owner.$client`
      select action, ip from audit_events where action = 'key.create' order by position desc limit 1`;
      expect(rows).toEqual([{ action: "key.create", ip }]);
    },
  );
});
