import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAdmin } from "@/server/services/admins";
import { startBrowser, type TestBrowser, takePictures, toasts } from "./browser";
import { barriersOn, signIn } from "./product";

const ADA = { email: "ada@acme.example", password: "correct horse battery" };
const NEXT = "another horse battery";

let fixture: Fixture;
let server: Mount;
/** Ada's, and one that she has left somewhere. */
let own: TestBrowser;
let left: TestBrowser;

beforeAll(async () => {
  fixture = await createFixture({}, new Date());
  await createAdmin(fixture.context(), { ...ADA, role: "viewer", name: "" });
  server = await startMount("main.ts", fixture.databaseUrl);
  [own, left] = await Promise.all([startBrowser(), startBrowser()]);
}, 300_000);

afterAll(async () => {
  await own?.close();
  await left?.close();
  await server?.stop();
  await fixture?.close();
});

const rows = (page: Page) => page.getByRole("region", { name: "Sessions" }).getByRole("listitem");

test("Somebody of the least role signs out of the browser that they left open, whose next press leads to the sign-in", async () => {
  const { page } = own;
  await signIn(left.page, server, ADA);
  await signIn(page, server, ADA);
  await page.getByRole("button", { name: `Account: ${ADA.email}` }).click();
  await page.getByRole("menuitem", { name: "Profile" }).click();
  await page.getByRole("heading", { name: "Profile" }).waitFor();
  await expect.poll(() => rows(page).count()).toBe(2);
  expect(await rows(page).first().textContent()).toMatch(/Chrom.* on Linux.*This browser/);
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "profile");

  await page.getByRole("button", { name: /^Sign out of / }).click();
  await expect.poll(() => rows(page).count()).toBe(1);
  await left.page.getByRole("link", { name: "API Keys" }).click();
  await left.page.waitForURL(/\/sign-in/);
});

test("Signing out everywhere else asks first, and leaves this browser signed in", async () => {
  const { page } = own;
  await signIn(left.page, server, ADA);
  await page.reload();
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("1 other session of yours ends").waitFor();
  await dialog.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect.poll(() => rows(page).count()).toBe(1);
  await left.page.getByRole("link", { name: "API Keys" }).click();
  await left.page.waitForURL(/\/sign-in/);
});

test("A password that is tried first is refused at its field; a good one ends all sessions and keeps this browser", async () => {
  const { page } = own;
  await page.getByLabel("Present password").fill(ADA.password);
  await page.getByLabel("New password").fill("passwordpassword");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Is among the passwords that are tried first").waitFor();
  await page.getByLabel("New password").fill(NEXT);
  const loaded = page.waitForEvent("load");
  await page.getByRole("button", { name: "Change password" }).click();
  await loaded;
  await expect.poll(() => rows(page).count()).toBe(1);
  await signIn(left.page, server, { ...ADA, password: NEXT });
});

test("The name is in the account menu as soon as it is saved", async () => {
  const { page } = own;
  await page.getByRole("textbox", { name: "Name" }).fill("Ada Lovelace");
  await page.getByRole("button", { name: "Save name" }).click();
  await toasts(page).getByText("Saved.").waitFor();
  await page.getByRole("button", { name: `Account: ${ADA.email}` }).click();
  await page.getByRole("menu").getByText("Ada Lovelace").waitFor();
  // What the refused password was answered with; the sign-outs were meant.
  const unmeant = own.problems.filter((problem) => !/401|422/.test(problem));
  expect(unmeant).toEqual([]);
});

test("Times are shown in the time zone that is chosen, and read in it where they are typed", async () => {
  const { page } = own;
  await page.keyboard.press("Escape");
  // What is said of the name, in the same word.
  await toasts(page).getByRole("button", { name: "Dismiss" }).click();
  await page.getByRole("combobox", { name: "Time zone" }).fill("Asia/Kathmandu");
  await page.getByRole("button", { name: "Save time zone" }).click();
  await toasts(page).getByText("Saved.").waitFor();
  await page.goto(`${server.url}/logs`);
  await page.getByRole("button", { name: /^Time/ }).click();
  await page.getByLabel("From (Kathmandu)").fill("2026-11-23T10:00");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL((url) => url.searchParams.get("from") === "2026-11-23T04:15:00.000Z");
});
