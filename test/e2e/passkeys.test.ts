import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { freePort } from "@test/support/ports";
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAdmin } from "@/server/services/admins";
import { changeSignInSettings } from "@/server/services/settings";
import { auditOf, sqlOf } from "../server/services/support";
import { startBrowser, type TestBrowser, takePictures, toasts } from "./browser";
import { barriersOn, signIn } from "./product";

const ADA = { email: "ada@acme.example", password: "correct horse battery" };
const BOB = { email: "bob@acme.example", password: "correct horse battery" };

let fixture: Fixture;
let server: Mount;
/** Under a name: an address of numbers can have no passkeys. */
let site: { url: string };
let browser: TestBrowser;
let devices: CDPSession;
let device: string;

beforeAll(async () => {
  fixture = await createFixture({}, new Date());
  await createAdmin(fixture.context(), { ...ADA, role: "owner" });
  await createAdmin(fixture.context(), { ...BOB, role: "viewer" });
  const port = String(await freePort());
  site = { url: `http://localhost:${port}` };
  server = await startMount("main.ts", fixture.databaseUrl, { PORT: port, NEXTAUTH_URL: site.url });
  browser = await startBrowser();
  devices = await browser.context.newCDPSession(browser.page);
  await devices.send("WebAuthn.enable");
  device = await newDevice();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await fixture?.close();
});

/** A laptop with a fingerprint reader, as Chromium has them for tests. */
async function newDevice(): Promise<string> {
  const { authenticatorId } = await devices.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}

/** Whether whoever uses the device is the one whose fingerprint it knows. */
const isRightFinger = (isUserVerified: boolean) =>
  devices.send("WebAuthn.setUserVerified", { authenticatorId: device, isUserVerified });

async function signOut(page: Page): Promise<void> {
  // The page that is open may notice that its session is gone, and go to the sign-in by itself, in place of this.
  await page.goto("about:blank");
  await browser.context.clearCookies();
  await page.goto(`${site.url}/sign-in`);
}

const signedIn = (page: Page) => page.getByRole("heading", { name: "Overview" }).waitFor();
const letTimePass = () =>
  sqlOf(fixture)`update sessions set created_at = created_at - interval '11 minutes', verified_at = null`;

test("A passkey is registered on the profile, with a name that begins with the device's, and recovery codes come with it", async () => {
  const { page } = browser;
  await signIn(page, site, ADA);
  await page.goto(`${site.url}/profile#passkeys`);
  const section = page.getByRole("region", { name: "Passkeys" });
  await section.getByText("You have none yet.").waitFor();
  await section.getByRole("button", { name: "Add a passkey" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a passkey" });
  const name = dialog.getByLabel("Name");
  expect(await name.inputValue()).toBe("Chrome on Linux");
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "add-passkey");
  await name.fill("Laptop");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Store your recovery codes" }).waitFor();
  await page.getByRole("button", { name: "I have stored them" }).click();
  await section.getByText("Laptop", { exact: true }).waitFor();
  await section.getByText("never used").waitFor();
  await page.getByText("with passkeys, without an app. 10 recovery codes left.").waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "passkeys");
});

test("The same device is not registered twice, and says so", async () => {
  const { page } = browser;
  const section = page.getByRole("region", { name: "Passkeys" });
  await section.getByRole("button", { name: "Add a passkey" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a passkey" });
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("There is a passkey of yours on this device already.").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
});

test("It signs in alone, without an address, and no code is asked after it", async () => {
  const { page } = browser;
  await signOut(page);
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "sign-in-passkey");
  const rows = await auditOf(fixture, async () => {
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await signedIn(page);
  });
  expect(rows).toMatchObject([{ action: "session.start", actor: ADA.email, after: { passkey: "Laptop" } }]);
});

test("The wrong finger signs nobody in, nor does the console under another address", async () => {
  const { page } = browser;
  await signOut(page);
  await isRightFinger(false);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page
    .getByText("No passkey was used: it was cancelled, took too long, or there is none here.")
    .waitFor();
  await isRightFinger(true);
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("Passkeys do not work at this address").waitFor();
});

test("After a password it is the second factor; a recovery code stands beside it", async () => {
  const { page } = browser;
  await signOut(page);
  await page.getByLabel("Email").fill(ADA.email);
  await page.getByLabel("Password").fill(ADA.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Use a recovery code" }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "second-factor-passkey");
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await signedIn(page);
});

test("It confirms who one is before what asks for that", async () => {
  const { page } = browser;
  await letTimePass();
  await page.goto(`${site.url}/settings`);
  await page.getByLabel("Signed in for at most, days").fill("5");
  await page.getByRole("button", { name: "Save sessions" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
  await dialog.getByRole("button", { name: "Use your password" }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "confirm-by-passkey");
  await isRightFinger(false);
  await dialog.getByRole("button", { name: "Use a passkey" }).click();
  await dialog.getByText("No passkey was used").waitFor();
  await isRightFinger(true);
  await dialog.getByRole("button", { name: "Use a passkey" }).click();
  await toasts(page).getByText("Saved.").waitFor();
  expect(await dialog.count()).toBe(0);
});

test("It makes new recovery codes, and is renamed", async () => {
  const { page } = browser;
  await page.goto(`${site.url}/profile`);
  await page.getByRole("button", { name: "New recovery codes" }).click();
  await page.getByRole("button", { name: "Make new codes" }).click();
  await page.getByRole("button", { name: "I have stored them" }).click();
  await page.getByRole("button", { name: "Rename Laptop" }).click();
  const dialog = page.getByRole("dialog", { name: "Rename the passkey" });
  await dialog.getByLabel("Name").fill("Laptop at work");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("button", { name: "Remove Laptop at work" }).waitFor();
});

test("Removed, it signs in no more, although the device still has it, and the password alone is asked for", async () => {
  const { page } = browser;
  await page.getByRole("button", { name: "Remove Laptop at work" }).click();
  await takePictures(page, "remove-passkey");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("You have none yet.").waitFor();
  await signOut(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("This passkey is not known here. It may have been removed.").waitFor();
  await signIn(page, site, ADA);
});

test("Where everybody has to have a second factor, a passkey is enough to go on", async () => {
  const { page } = browser;
  await devices.send("WebAuthn.clearCredentials", { authenticatorId: device });
  await changeSignInSettings(fixture.context(), { secondFactorRequired: true });
  await signOut(page);
  await page.getByLabel("Email").fill(BOB.email);
  await page.getByLabel("Password").fill(BOB.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Set up a second factor" }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "second-factor-required-passkey");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "I have stored them" }).click();
  await signedIn(page);
  // What was refused on purpose.
  expect(browser.problems.filter((problem) => !/40[13]|422/.test(problem))).toEqual([]);
});
