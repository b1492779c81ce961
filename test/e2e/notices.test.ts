import { type MailServer, startMailServer } from "@test/support/mail-server";
import type { Page } from "playwright-core";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startBrowser, type TestBrowser, takePictures, toasts } from "./browser";
import { barriersOn, becomeOwner, createKey, OWNER, type Product, startProduct } from "./product";

const CRON_SECRET = "0123456789abcdef";

let product: Product;
let mails: MailServer;
let sql: postgres.Sql;
let page: Page;
let other: TestBrowser;

beforeAll(async () => {
  mails = await startMailServer();
  product = await startProduct({
    SMTP_URL: mails.url,
    MAIL_FROM: "Keyward <keys@acme.example>",
    CRON_SECRET,
  });
  sql = postgres(product.databaseUrl, { max: 1 });
  other = await startBrowser();
  ({ page } = product.browser);
  await becomeOwner(product);
});

afterAll(async () => {
  await other?.close();
  await sql?.end();
  await product?.close();
  await mails?.close();
});

/** Lets so many days of a key's life be over, of 40. */
async function age(name: string, daysLeft: number): Promise<void> {
  await sql`
    update api_keys set created_at = now() - interval '40 days', expires_at = now() + ${daysLeft} * interval '1 day'
    where name = ${name}`;
}

/** What the clock does every ten minutes. */
async function maintain(): Promise<void> {
  // As if that time had passed since the round that the process began with.
  await sql`delete from settings where name = 'notices.round'`;
  const headers = { Authorization: `Bearer ${CRON_SECRET}` };
  expect((await fetch(`${product.server.url}/api/cron/jobs`, { headers })).status).toBe(200);
}

const bell = () => page.getByRole("link", { name: /^Notices/ });

test("With nothing to tell, the bell is silent and its page says what will be told", async () => {
  await bell().click();
  await page.getByRole("heading", { name: "No notices yet" }).waitFor();
  expect(await page.getByTestId("unread-notices").count()).toBe(0);
  expect(await barriersOn(page)).toEqual([]);
});

test("A key about to expire is behind the bell and in a mail, whose link leads to the key after the sign-in", async () => {
  await createKey(product, "Deploy & <b>ship</b>", ["Customer Read"]);
  await createKey(product, "Reports", ["Customer Read"]);
  await createKey(product, "Billing", ["Customer Read"], "Production");
  await age("Deploy & <b>ship</b>", 5.5);
  await maintain();
  await vi.waitFor(() => expect(mails.mails).toHaveLength(1), { timeout: 10_000 });
  const [mail] = mails.mails;
  expect(mail).toMatchObject({
    recipient: OWNER.email,
    subject: "Deploy & <b>ship</b> expires in 6 days",
    from: { name: "Keyward", address: "keys@acme.example" },
  });
  expect(mail?.html).not.toContain("<b>");
  const [link = ""] = /http\S+\/api-keys\/key_\w+/.exec(mail?.text ?? "") ?? [];
  expect(link.startsWith(`${product.server.url}/`)).toBe(true);

  await other.page.goto(link);
  await other.page.getByLabel("Email").fill(OWNER.email);
  await other.page.getByLabel("Password").fill(OWNER.password);
  await other.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await other.page.getByRole("heading", { name: "Deploy & <b>ship</b>" }).waitFor();
  expect(other.page.url()).toBe(link);
  await other.page.getByRole("button", { name: "Edit" }).first().waitFor();

  await page.reload();
  await page.getByRole("link", { name: "Notices, 1 unread" }).waitFor();
});

test("Notices are read one by one, by following them, or all at once", async () => {
  await age("Reports", -1);
  await age("Billing", 0.5);
  await maintain();
  await page.goto(`${product.server.url}/notices`);
  const table = page.getByRole("table", { name: "Notices" });
  await table.getByText("Reports has expired").waitFor();
  expect(await page.getByTestId("unread-notices").textContent()).toBe("3");
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "notices");

  await page.getByRole("button", { name: "Mark as read: Reports has expired" }).click();
  await page.getByRole("link", { name: "Notices, 2 unread" }).waitFor();
  await page.getByRole("link", { name: "Open the key: Billing expires within a day" }).click();
  await page.getByRole("heading", { name: "Billing" }).waitFor();
  await page.getByRole("link", { name: "Notices, 1 unread" }).click();
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await toasts(page).getByText("Marked 1 notice as read.").waitFor();
  await page.getByRole("link", { name: "Notices", exact: true }).waitFor();
  await page.goto(`${product.server.url}/notices?unread=true`);
  await page.getByRole("heading", { name: "All read" }).waitFor();
});

test("Everybody chooses how they are told of what, and sign-ins cannot be silenced", async () => {
  await page.goto(`${product.server.url}/profile#notices`);
  const section = page.getByRole("region", { name: "Notices" });
  await section.getByLabel("A key expires", { exact: true }).click();
  await page.getByRole("option", { name: "Daily summary" }).click();
  await section.getByLabel("You signed in from a new device").click();
  expect(await page.getByRole("option").allTextContents()).toEqual(["E-mail at once", "Daily summary"]);
  await page.keyboard.press("Escape");
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "notices-preferences");
  await section.getByRole("button", { name: "Save notices" }).click();
  await toasts(page).getByText("Saved.").waitFor();
  await page.reload();
  expect(await section.getByLabel("A key expires", { exact: true }).textContent()).toBe("Daily summary");
  await page.goto(`${product.server.url}/settings#mail`);
  await page.getByRole("button", { name: "Send me a test mail" }).click();
  await toasts(page).getByText("took the mail: 250 taken").waitFor();
  expect(product.browser.problems).toEqual([]);
});
