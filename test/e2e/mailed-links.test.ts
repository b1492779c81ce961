import { createFixture, type Fixture } from "@test/support/fixture";
import { type MailServer, startMailServer } from "@test/support/mail-server";
import { type Mount, startMount } from "@test/support/mounts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAdmin } from "@/server/services/admins";
import { startBrowser, type TestBrowser, takePictures } from "./browser";
import { barriersOn, signIn } from "./product";

const ADA = { email: "ada@acme.example", password: "correct horse battery" };
const NEXT = "another horse battery";
const NEW_EMAIL = "ada@new.example";

let fixture: Fixture;
let mail: MailServer;
let server: Mount;
let browser: TestBrowser;

beforeAll(async () => {
  fixture = await createFixture({}, new Date());
  await createAdmin(fixture.context(), { ...ADA, role: "owner", name: "" });
  mail = await startMailServer();
  server = await startMount("main.ts", fixture.databaseUrl, {
    SMTP_URL: mail.url,
    MAIL_FROM: "keys@acme.example",
  });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await mail?.close();
  await fixture?.close();
});

/** The address behind the button of the newest mail to somebody with that subject. */
async function linkIn(recipient: string, subject: string): Promise<string> {
  const found = () => mail.mails.findLast((one) => one.recipient === recipient && one.subject === subject);
  await expect.poll(found, { timeout: 60_000 }).toBeDefined();
  return /http\S+#[\w-]{43}/.exec(found()?.text ?? "")?.[0] ?? "";
}

async function look(page: Page, name: string): Promise<void> {
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, name);
}

test("Somebody who forgot their password sets a new one by the link that is mailed, which works once", async () => {
  const { page } = browser;
  await page.goto(`${server.url}/sign-in`);
  await look(page, "sign-in-with-reset");
  await page.getByRole("link", { name: "Forgot password?" }).click();
  await page.getByRole("heading", { name: "Reset password" }).waitFor();
  await page.getByLabel("Email").fill(ADA.email);
  await look(page, "reset-asked");
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByText("Sent, if the address has an account").waitFor();
  await look(page, "reset-sent");
  const link = await linkIn(ADA.email, "Set a new password");
  await page.goto(link);
  await page.getByLabel("New password").fill(NEXT);
  expect(new URL(page.url()).hash).toBe("");
  await look(page, "reset-new-password");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.waitForURL(/\/sign-in/);
  await signIn(page, server, { ...ADA, password: NEXT });
  await page.goto(link);
  await page.getByRole("heading", { name: "Set a new password" }).waitFor();
  await page.getByLabel("New password").fill(ADA.password);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("This link does not work: it was used").waitFor();
});

test.each([
  ["/confirm-email", "Confirm"],
  ["/sign-in/link", "Sign in"],
])(
  "What %s said of one link it does not say of another that is opened in the same tab",
  async (path, label) => {
    const { page } = browser;
    const name = `link${path.replaceAll("/", "-")}`;
    await page.goto(`${server.url}${path}#a-used-link`);
    await page.getByRole("button", { name: label }).click();
    await page.getByText("This link does not work", { exact: true }).waitFor();
    await look(page, `${name}-used`);
    await page.goto(`${server.url}${path}#another-link`);
    await page.getByRole("button", { name: label }).waitFor();
    await look(page, name);
  },
);

test("A new e-mail address counts once the link that is mailed there is pressed", async () => {
  const { page } = browser;
  await page.goto(`${server.url}/profile`);
  await page.getByLabel("New email").fill(NEW_EMAIL);
  await page.getByLabel("Your password").fill(NEXT);
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByText("A link is on its way to").waitFor();
  await look(page, "email-asked");
  await page.goto(await linkIn(NEW_EMAIL, "Confirm your e-mail address"));
  await look(page, "email-confirm");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Your address has changed").waitFor();
  await look(page, "email-changed");
  await page.getByRole("link", { name: "Open your profile" }).click();
  await page.getByRole("region", { name: "Email" }).getByText(NEW_EMAIL).waitFor();
  await expect
    .poll(() => mail.mails.some((one) => one.subject === "Your e-mail address has changed"))
    .toBe(true);
});

test("An invitation is mailed, and the page says so", async () => {
  const { page } = browser;
  await page.goto(`${server.url}/team`);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByLabel("Email").fill("ida@acme.example");
  await page.getByRole("button", { name: "Make invitation" }).click();
  await page.getByText("Invitation sent").waitFor();
  await look(page, "invitation-sent");
  const link = (await page.getByTestId("invitation-link").textContent()) ?? "";
  expect(await linkIn("ida@acme.example", "You are invited to Keyward")).toBe(link);
  // The refusals of used links, which a browser reports.
  expect(browser.problems.filter((problem) => !/40[14]/.test(problem))).toEqual([]);
});
