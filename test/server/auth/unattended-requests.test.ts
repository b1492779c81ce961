import { sqlOf } from "@test/server/services/support";
import { type Console, signIn } from "@test/support/console";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UNATTENDED_HEADER } from "@/contracts/headers";
import { createAdmin } from "@/server/services/admins";

const WHO = { email: "ada@acme.example", password: "correct horse battery" };

let mounted: MountedFixture;
let session: Console;
/** Another process, which has not seen the session yet, and so looks at it before Next does. */
let elsewhere: Mount;

beforeAll(async () => {
  mounted = await createMountedFixture("main.ts");
  await createAdmin(mounted.fixture.context(), { ...WHO, role: "viewer" });
  const entered = await signIn(mounted.mount, WHO);
  if (!entered) throw new Error(`Could not sign in:\n${mounted.mount.output()}`);
  session = entered;
  elsewhere = await startMount("main.ts", mounted.fixture.databaseUrl, { TRUSTED_PROXIES: "0" });
});

afterAll(async () => {
  await elsewhere?.stop();
  await mounted?.close();
});

/** Asks as the bell does. @returns when the session was last used, as it is on record afterwards */
async function lastUseAfter(headers: Record<string, string>): Promise<Date> {
  const { status } = await fetch(`${elsewhere.url}/api/trpc/notices.unread`, {
    headers: { cookie: session.cookie, ...headers },
  });
  expect(status).toBe(200);
  const [row] = await sqlOf(mounted.fixture)<{ at: string }[]>`select last_seen_at as at from sessions`;
  return new Date(row?.at ?? "");
}

test("A page that nobody is at does not keep its session alive, by no look that a process takes at it", async () => {
  const before = new Date(Date.now() - 2 * 3_600_000);
  await sqlOf(mounted.fixture)`update sessions set last_seen_at = ${before.toISOString()}`;
  expect(await lastUseAfter({ [UNATTENDED_HEADER]: "1" })).toEqual(before);
  expect((await lastUseAfter({})).getTime()).toBeGreaterThan(before.getTime());
});

test("The look that a process takes before Next does knows where the request comes from", () => {
  expect(elsewhere.output()).not.toContain("hides where calls come from");
});
