// @module-tag long
import { type Console, consoleOf, signIn } from "@test/support/console";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import type { SessionView } from "@/contracts/sessions";
import { changeRole, createAdmin, deactivateAdmin, removeAdmin } from "@/server/services/admins";

const PASSWORD = "correct horse battery";

let mounted: MountedFixture;
/** Another process on the same database, where the thief is. */
let elsewhere: Mount;
let ada: AdminView;
let number = 0;

beforeAll(async () => {
  mounted = await createMountedFixture("main.ts");
  elsewhere = await startMount("Next catch-all", mounted.fixture.databaseUrl);
  await createAdmin(owner(), { email: "owner@acme.example", password: PASSWORD, role: "owner" });
});

afterAll(async () => {
  await elsewhere?.stop();
  await mounted?.close();
});

const owner = () => mounted.fixture.context();

/** Signs in as Ada, in a browser of her own. */
async function enter(): Promise<Console> {
  const entered = await signIn(mounted.mount, { email: ada.email, password: PASSWORD });
  if (!entered) throw new Error(`Could not sign in:\n${mounted.mount.output()}`);
  return entered;
}

async function signOut({ cookie }: Console): Promise<void> {
  const { url } = mounted.mount;
  const csrf = await fetch(`${url}/api/auth/csrf`, { headers: { cookie } });
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const own = [cookie, ...csrf.headers.getSetCookie().map((one) => one.split(";", 1)[0])].join("; ");
  const answer = await fetch(`${url}/api/auth/signout`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: own, origin: url },
    body: new URLSearchParams({ csrfToken, json: "true", callbackUrl: "/sign-in" }),
  });
  expect(answer.status).toBe(200);
}

/** From the session beside it, ends the one that was copied. */
async function signOutElsewhere(beside: Console): Promise<void> {
  const listed = (await beside.query("profile.sessions", undefined)).data as SessionView[];
  const other = listed.find(({ isCurrent }) => !isCurrent);
  expect((await beside.mutate("profile.endSession", { id: other?.id })).data).toEqual({ ended: true });
}

async function done(answer: Promise<{ status: number }>): Promise<void> {
  expect((await answer).status).toBe(200);
}

/** The acts after which a copy of the cookie is worth nothing, by the owner of the session or over their head. */
const ACTS: Record<string, (copied: Console, beside: Console) => Promise<unknown>> = {
  "they sign out": signOut,
  "they sign it out from another browser": (_, beside) => signOutElsewhere(beside),
  "they sign out everywhere else": (_, beside) => done(beside.mutate("profile.endOtherSessions", undefined)),
  "they change their password, in the very session": (copied) =>
    done(copied.mutate("profile.changePassword", { present: PASSWORD, next: "another horse battery" })),
  "their role changes": () => changeRole(owner(), { id: ada.id, role: "admin" }),
  "they are deactivated": () => deactivateAdmin(owner(), { id: ada.id }),
  "they are removed": () => removeAdmin(owner(), { id: ada.id }),
};

describe("A stolen cookie is refused with the next request of another process once", () => {
  test.each(Object.entries(ACTS))("%s", async (_, act) => {
    number += 1;
    const email = `ada-${number}@acme.example`;
    ada = await createAdmin(owner(), { email, password: PASSWORD, role: "viewer" });
    const [copied, beside] = [await enter(), await enter()];
    const stolen = consoleOf(elsewhere, copied.cookie);
    expect((await stolen.query("keys.list", {})).status).toBe(200);
    await act(copied, beside);
    expect((await stolen.query("keys.list", {})).status).toBe(401);
    expect((await copied.query("keys.list", {})).status).toBe(401);
  });
});
