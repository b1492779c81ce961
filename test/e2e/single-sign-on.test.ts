import { createFixture, type Fixture } from "@test/support/fixture";
import { CLIENT, type IdentityProvider, startIdentityProvider } from "@test/support/identity-provider";
import { type Mount, startMount } from "@test/support/mounts";
import { freePort } from "@test/support/ports";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAdmin } from "@/server/services/admins";
import { sqlOf } from "../server/services/support";
import { startBrowser, type TestBrowser, takePictures } from "./browser";
import { barriersOn } from "./product";

const EMAIL = "ada@acme.example";

let fixture: Fixture;
let provider: IdentityProvider;
let server: Mount;
let browser: TestBrowser;

beforeAll(async () => {
  fixture = await createFixture({}, new Date());
  await createAdmin(fixture.context(), { email: EMAIL, password: "correct horse battery", role: "owner" });
  const port = await freePort();
  // Another site than the provider's, which is 127.0.0.1: as everywhere where a provider runs elsewhere.
  const url = `http://localhost:${port}`;
  provider = await startIdentityProvider(`${url}/api/auth/callback/oidc`);
  server = await startMount("main.ts", fixture.databaseUrl, {
    PORT: String(port),
    NEXTAUTH_URL: url,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    OIDC_NAME: "Acme ID",
    GITHUB_ID: "c",
    GITHUB_SECRET: "s",
  });
  server = { ...server, url };
  browser = await startBrowser();
  // The provider's own pages ask the network for fonts.
  const isAway = ({ hostname }: URL) => hostname !== "localhost" && hostname !== "127.0.0.1";
  await browser.context.route(isAway, (route) => route.fulfill({ body: "" }));
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await provider?.close();
  await fixture?.close();
});

/** At the provider: signs in as an account of it, and consents. */
async function passProvider(subject: string): Promise<void> {
  const { page } = browser;
  await page.waitForURL((url) => url.origin === provider.issuer);
  await page.getByPlaceholder("Enter any login").fill(subject);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("An address that the provider has not verified comes back to the sign-in page with the reason", async () => {
  const { page } = browser;
  provider.accounts.set("careless", { email: EMAIL, email_verified: false });
  await page.goto(`${server.url}/sign-in?callbackUrl=/profile`);
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "single-sign-on-buttons");
  await page.getByRole("button", { name: "Sign in with Acme ID" }).click();
  await passProvider("careless");
  await page.getByText("Your e-mail address at Acme ID is not verified.").waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "single-sign-on-refused");
  await page.context().clearCookies();
});

test("The button leads to the provider and back to the page that was wanted, signed in", async () => {
  const { page } = browser;
  provider.accounts.set("ada", { email: EMAIL, email_verified: true });
  await page.goto(`${server.url}/profile`);
  await page.getByRole("button", { name: "Sign in with Acme ID" }).click();
  await passProvider("ada");
  await page.getByRole("heading", { name: "Profile" }).waitFor();
  const section = page.getByRole("region", { name: "Single sign-on" });
  await section.getByText(EMAIL).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "single-sign-on-profile");
});

test("An owner unlinks the account of somebody else in Team, and is told what that leads to", async () => {
  const { page } = browser;
  const email = "grace@acme.example";
  const { id } = await createAdmin(fixture.context(), {
    email,
    password: "correct horse battery",
    role: "viewer",
  });
  await sqlOf(fixture)`
    insert into admin_identities (issuer, subject, admin_id, email, linked_at, last_sign_in_at)
    values (${provider.issuer}, 'grace', ${id}, ${email}, now(), now())`;
  await page.goto(`${server.url}/team`);
  await page.getByRole("button", { name: `Actions for ${email}` }).click();
  await page.getByRole("menuitem", { name: "Unlink single sign-on" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(new URL(provider.issuer).host).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "team-unlink");
  await dialog.getByRole("button", { name: "Unlink single sign-on" }).click();
  await page.getByText("Unlinked, and signed out everywhere.", { exact: true }).waitFor();
  await page.goto(`${server.url}/profile`);
});

test("Unlinked in the profile, it is said so, and the account links anew at the next sign-in", async () => {
  const { page } = browser;
  await page.getByRole("button", { name: `Unlink ${new URL(provider.issuer).host}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
  await page.getByText("None is linked.").waitFor();
  // The provider has no icon.
  expect(browser.problems.filter((problem) => !problem.includes("404"))).toEqual([]);
});
