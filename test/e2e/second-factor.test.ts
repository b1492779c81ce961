import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAdmin } from "@/server/services/admins";
import { changeSignInSettings } from "@/server/services/settings";
import { sqlOf } from "../server/services/support";
import { startBrowser, type TestBrowser, takePictures, toasts } from "./browser";
import { barriersOn, signIn } from "./product";

const OLGA = { email: "olga@acme.example", password: "correct horse battery" };
const ADA = { email: "ada@acme.example", password: "correct horse battery" };

let fixture: Fixture;
let server: Mount;
/** Ada's, and one in which she signs in anew. */
let own: TestBrowser;
let other: TestBrowser;
let codes: string[];

beforeAll(async () => {
  fixture = await createFixture({}, new Date());
  await createAdmin(fixture.context(), { ...OLGA, role: "owner" });
  await createAdmin(fixture.context(), { ...ADA, role: "viewer" });
  server = await startMount("main.ts", fixture.databaseUrl);
  [own, other] = await Promise.all([startBrowser(), startBrowser()]);
}, 300_000);

afterAll(async () => {
  await own?.close();
  await other?.close();
  await server?.stop();
  await fixture?.close();
});

/** Lets a page ask anew for what it shows, as one does that somebody comes back to after a while. */
async function comeBackTo(page: Page) {
  const asked = page.waitForResponse((response) => response.url().includes("profile.secondFactor"));
  await page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 60_000;
    window.dispatchEvent(new Event("visibilitychange"));
  });
  await (await asked).finished();
}

/** Types e-mail and password, and is at the second step. */
async function passPassword(page: Page) {
  await other.context.clearCookies();
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("Email").fill(ADA.email);
  await page.getByLabel("Password").fill(ADA.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByLabel("Code").waitFor();
}

test("A second factor is switched on with the first code of the app, and its recovery codes can be taken along", async () => {
  const { page } = own;
  await signIn(page, server, ADA);
  await page.goto(`${server.url}/profile`);
  await page.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("img", { name: "QR code of the key" }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "second-factor");
  const key = ((await dialog.getByTestId("app-key").textContent()) ?? "").replaceAll(" ", "");
  const code = new TOTP({ secret: key }).generate();
  // As some apps copy it.
  await dialog.getByRole("textbox", { name: "Code" }).fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await dialog.getByRole("button", { name: "Switch on" }).click();

  await page.getByRole("heading", { name: "Store your recovery codes" }).waitFor();
  codes = await dialog.getByRole("listitem").allTextContents();
  expect(codes).toHaveLength(10);
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "recovery-codes");
  await comeBackTo(page);
  await page.getByText("10 recovery codes left").waitFor();
  expect(await dialog.getByRole("listitem").allTextContents()).toEqual(codes);
  await page.keyboard.press("Escape");
  const saved = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download" }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await saved).createReadStream()) chunks.push(chunk as Buffer);
  for (const one of codes) expect(Buffer.concat(chunks).toString()).toContain(one);
  await dialog.getByRole("button", { name: "I have stored them" }).click();
  await dialog.waitFor({ state: "hidden" });
});

test("Signing in asks for a code after the password: a wrong one is refused, one of the recovery codes works", async () => {
  const { page } = other;
  await passPassword(page);
  expect(await page.getByLabel("Code").getAttribute("autocomplete")).toBe("one-time-code");
  expect(await barriersOn(page)).toEqual([]);
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("This code is wrong, or was used already.").waitFor();
  await takePictures(page, "sign-in-code");
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(` ${codes[0]?.toUpperCase().replaceAll("-", " ")}`);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
});

test("An owner sees who has one, and takes it away from somebody who lost it: signed out, and back by the password alone", async () => {
  const { page } = own;
  await own.context.clearCookies();
  await signIn(page, server, OLGA);
  await page.getByRole("link", { name: "Team" }).click();
  await page.getByRole("cell", { name: "On", exact: true }).waitFor();
  await takePictures(page, "team-second-factor");
  await page.getByRole("button", { name: `Actions for ${ADA.email}` }).click();
  await page.getByRole("menuitem", { name: "Reset second factor" }).click();
  await takePictures(page, "reset-second-factor");
  await page.getByRole("button", { name: "Reset second factor" }).click();
  // Behind the dialog nothing has a role.
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.getByRole("cell", { name: "On", exact: true }).waitFor({ state: "hidden" });
  await other.page.getByRole("link", { name: "API Keys" }).click();
  await other.page.waitForURL(/\/sign-in/);
  await signIn(other.page, server, ADA);
});

test("Who signed in long ago confirms that it is them, once for whatever it is; who does not is told that nothing was done", async () => {
  const { page } = own;
  await own.context.clearCookies();
  await signIn(page, server, OLGA);
  await sqlOf(fixture)`update sessions set created_at = created_at - interval '11 minutes'`;
  await page.goto(`${server.url}/settings`);
  const days = page.getByLabel("Signed in for at most, days");
  await days.fill("5");
  await page.getByRole("button", { name: "Save sessions" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Nothing was changed: you have not confirmed that it is you.").waitFor();
  await page.getByRole("button", { name: "Save sessions" }).click();
  await dialog.getByLabel("Password").fill("wrong horse battery");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await dialog.getByText("Is not your password").waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "confirm-identity");
  await dialog.getByLabel("Password").fill(OLGA.password);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await toasts(page).getByText("Saved.").waitFor();
  expect(await dialog.count()).toBe(0);
});

test("Who is asked to confirm can sign in again instead, in whichever way they do, and comes back to the page", async () => {
  const { page } = own;
  await sqlOf(
    fixture,
  )`update sessions set created_at = created_at - interval '11 minutes', verified_at = null`;
  await page.getByLabel("Signed in for at most, days").fill("6");
  await page.getByRole("button", { name: "Save sessions" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
  await dialog.getByRole("button", { name: "Sign in again" }).click();
  await dialog.getByRole("button", { name: "Use your password" }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "sign-in-again");
  await dialog.getByRole("button", { name: "Sign in again" }).click();
  await page.getByLabel("Email").fill(OLGA.email);
  await page.getByLabel("Password").fill(OLGA.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${server.url}/settings`);
  await page.getByLabel("Signed in for at most, days").fill("6");
  await page.getByRole("button", { name: "Save sessions" }).click();
  await page.getByText("Saved.", { exact: true }).waitFor();
});

test("Where everybody has to have one, an open page leads to setting it up, and from there back", async () => {
  const { page } = other;
  await page.goto(`${server.url}/customers`);
  await page.getByRole("heading", { name: "Customers", exact: true }).waitFor();
  await changeSignInSettings(fixture.context(), { secondFactorRequired: true });
  // Unless a question of the page, such as for notices, has been answered so already.
  await page.evaluate(() => document.querySelector<HTMLAnchorElement>('a[href="/api-keys"]')?.click());
  await page.getByRole("heading", { name: "Set up a second factor" }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "second-factor-required");
  await page.getByRole("button", { name: "Set up the app" }).click();
  // The session of before was begun long ago.
  await page.getByRole("dialog").getByLabel("Password").fill(ADA.password);
  await page.getByRole("button", { name: "Confirm" }).click();
  const key = ((await page.getByTestId("app-key").textContent()) ?? "").replaceAll(" ", "");
  await page.getByRole("textbox", { name: "Code" }).fill(new TOTP({ secret: key }).generate());
  await page.getByRole("button", { name: "Switch on" }).click();
  await page.getByRole("button", { name: "I have stored them" }).click();
  await page.getByRole("heading", { name: /^(API Keys|Customers)$/ }).waitFor();
  // The ended session, and what was refused on purpose.
  const unmeant = [...own.problems, ...other.problems].filter((problem) => !/40[13]|422/.test(problem));
  expect(unmeant).toEqual([]);
});
