import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser, type TestBrowser, takePictures, toasts } from "./browser";
import { barriersOn, becomeOwner, type Product, startProduct } from "./product";

const ADA = { email: "ada@acme.example", password: "a sentence is a good password" };

let product: Product;
/** The owner asks; Ada, in a browser of her own, decides. */
let page: Page;
let ada: TestBrowser;
/** All that the server ever sent to her. */
const sentToAda: string[] = [];

beforeAll(async () => {
  product = await startProduct();
  ada = await startBrowser();
  ({ page } = product.browser);
  await becomeOwner(product);
  ada.page.on("response", async (response) => {
    sentToAda.push(await response.text().catch(() => ""));
  });
});

afterAll(async () => {
  await ada?.close();
  await product?.close();
});

const requested = (within: Page) => within.getByRole("listitem", { name: "Billing" });

async function fillKey(): Promise<void> {
  await page.goto(`${product.server.url}/api-keys?create=1`);
  await page.getByLabel("Name", { exact: true }).fill("Billing");
  await page.getByLabel("Environment", { exact: true }).click();
  await page.getByRole("option", { name: "Production" }).click();
  await page.getByRole("checkbox", { name: "License Management", exact: true }).check();
  await page.getByText("License Management takes a second person (policy).").waitFor();
  await page.getByRole("button", { name: "Ask for approval" }).click();
  await page.getByText("A second look before").waitFor();
  await page.getByRole("button", { name: "Ask for approval" }).click();
}

test("An owner who is alone is told that nobody could approve, and what to do", async () => {
  await page.goto(`${product.server.url}/settings/policies`);
  const production = page.getByRole("region", { name: "Production" });
  const rule = production.getByRole("group", { name: "Permissions that take a second person" });
  await rule.getByRole("checkbox", { name: "License Management", exact: true }).check();
  await production.getByRole("button", { name: "Save policy" }).click();
  await toasts(page).getByText("Saved. It holds for every change from now on.").waitFor();
  await fillKey();
  await page.getByText("Nobody else may manage keys of production").waitFor();
  product.browser.problems.splice(0);
});

test("A key is asked for, and waits for somebody else", async () => {
  await page.goto(`${product.server.url}/team`);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByLabel("Email").fill(ADA.email);
  await page.getByLabel("Role", { exact: true }).click();
  await page.getByRole("option", { name: /^Admin/ }).click();
  await page.getByRole("button", { name: "Make invitation" }).click();
  const link = (await page.getByTestId("invitation-link").textContent()) ?? "";
  await ada.page.goto(link.replace(/^http:..[^/]+/, product.server.url));
  await ada.page.getByLabel("Name").fill("Ada");
  await ada.page.getByLabel("Password").fill(ADA.password);
  await ada.page.getByRole("button", { name: "Join" }).click();
  await ada.page.getByRole("heading", { name: "Overview" }).waitFor();
  await fillKey();
  await toasts(page).getByText("It waits under Approvals.").waitFor();
  await page.getByRole("link", { name: "Approvals" }).first().click();
  await requested(page).getByText("Waiting").waitFor();
  expect(await requested(page).getByRole("button").allTextContents()).toEqual(["Withdraw"]);
});

test("Somebody else sees that it waits, looks at it, and approves it", async () => {
  await ada.page.goto(`${product.server.url}/api-keys`);
  await ada.page.getByText("1 request waits for approval.").waitFor();
  await ada.page.getByRole("link", { name: "Go to Approvals" }).click();
  await requested(ada.page).getByText("What it would be").click();
  expect(await barriersOn(ada.page)).toEqual([]);
  await takePictures(ada.page, "approvals");
  await requested(ada.page).getByRole("button", { name: "Approve" }).click();
  await ada.page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
  await requested(ada.page).getByText("Approved", { exact: true }).waitFor();
});

test("Who asked reveals the secret, once, and who approved never sees it", async () => {
  await page.goto(`${product.server.url}/api-keys/approvals`);
  await requested(page).getByRole("button", { name: "Reveal secret" }).click();
  const secret = (await page.getByTestId("revealed-key").textContent())?.trim() ?? "";
  expect(secret).toMatch(/^kw_prod_/);
  await page.getByRole("button", { name: "I have stored it" }).click();
  await requested(page).getByText("Done").waitFor();
  const answer = await fetch(`${product.server.url}/api/v1/production/key`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(answer.status).toBe(200);
  await ada.page.reload();
  await requested(ada.page).getByText("Done").waitFor();
  await requested(ada.page).getByRole("link", { name: "Billing" }).click();
  await ada.page.getByRole("heading", { name: "Billing" }).waitFor();
  const random = secret.slice("kw_prod_".length, -6);
  expect(sentToAda.length).toBeGreaterThan(20);
  expect(sentToAda.filter((text) => text.includes(random))).toEqual([]);
  expect(ada.problems).toEqual([]);
});

test("An edit that takes a second person is tried first, and is asked for once the server has said so", async () => {
  await page.goto(`${product.server.url}/api-keys?env=all`);
  await page.getByRole("link", { name: "Billing" }).click();
  await page.getByRole("heading", { name: "Billing" }).waitFor();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const dialog = page.getByRole("dialog");
  // What was approved for the key already takes nobody.
  await dialog.getByLabel("Name", { exact: true }).fill("Invoices");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await toasts(page).getByText("Saved “Invoices”.").waitFor();
  await page.goto(`${product.server.url}/settings/policies`);
  const rule = page
    .getByRole("region", { name: "Production" })
    .getByRole("group", { name: "Permissions that take a second person" });
  await rule.getByRole("checkbox", { name: "Customer Write", exact: true }).check();
  await page.getByRole("region", { name: "Production" }).getByRole("button", { name: "Save policy" }).click();
  await toasts(page).getByText("Saved. It holds for every change from now on.").waitFor();
  await page.goto(`${product.server.url}/api-keys?env=all`);
  await page.getByRole("link", { name: "Invoices" }).click();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await dialog.getByRole("checkbox", { name: "Customer Write", exact: true }).check();
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await dialog.getByText("Nobody has approved this key for it yet, and nothing was changed.").waitFor();
  await dialog.getByRole("button", { name: "Ask for approval" }).click();
  await toasts(page).getByText("Asked for approval of “Invoices”.").waitFor();
});
