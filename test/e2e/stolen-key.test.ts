import { TO_THIS_MACHINE } from "@test/server/services/webhooks/support";
import { startWebhookReceiver, type WebhookReceiver } from "@test/support/webhook-receiver";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { takePictures } from "./browser";
import { barriersOn, becomeOwner, callStaging, createKey, type Product, startProduct } from "./product";

let product: Product;
let receiver: WebhookReceiver;
let page: Page;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  product = await startProduct(TO_THIS_MACHINE);
  ({ page } = product.browser);
  await becomeOwner(product);
});
afterAll(async () => {
  await product?.close();
  await receiver?.close();
});

const WHAT_WORKS =
  "1 active key that it made, or has had the secret of, and 1 webhook endpoint that it or they set up";

test("A stolen key that has revoked itself, and is deleted then, goes on leading to what it made until that is cut off", async () => {
  const stolen = await createKey(product, "Desk", ["Key Management", "Webhook Management", "License Read"]);
  const made = await callStaging(product, stolen, "POST", "/keys", {
    name: "Shop of Acme",
    permissions: ["licenses:read"],
  });
  const body = { url: `${receiver.url}/desk`, events: ["license.revoked"] };
  const setUp = await callStaging(product, stolen, "POST", "/webhooks", body);
  expect([made.status, setUp.status]).toEqual([201, 201]);

  await page.goto(`${product.server.url}/api-keys`);
  await page.getByRole("link", { name: "Desk", exact: true }).click();
  await page.getByRole("button", { name: "Regenerate" }).click();
  const regenerate = page.getByRole("dialog", { name: "Regenerate Desk?" });
  await regenerate.getByText(`What goes on working: ${WHAT_WORKS}.`).waitFor();
  await regenerate.getByRole("button", { name: "Cancel" }).click();
  const keyPage = page.url();
  const id = keyPage.split("/").at(-1);
  await page.getByRole("button", { name: "Revoke" }).click();
  const revoke = page.getByRole("dialog", { name: "Revoke Desk?" });
  await revoke.getByRole("checkbox", { name: /^Revoke the 1 active key too/ }).waitFor();
  await revoke.getByRole("button", { name: "Revoke" }).click();
  await revoke.waitFor({ state: "hidden" });

  const note = page.getByRole("note").filter({ hasText: "Still works:" });
  await note.getByText(WHAT_WORKS).waitFor();
  await note.getByRole("button", { name: "Revoke what it made" }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "stolen-key-revoked");

  await page.goto(`${product.server.url}/api-keys`);
  await page.getByRole("button", { name: "Whose key is this?" }).click();
  const whose = page.getByRole("dialog", { name: "Whose key is this?" });
  await whose.getByLabel("Key").fill(stolen);
  await whose.getByRole("button", { name: "Look up" }).click();
  await whose.getByText(WHAT_WORKS).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "stolen-key-identified");
  await whose.getByRole("link", { name: "its page" }).click();

  await note.waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  const remove = page.getByRole("dialog", { name: "Delete Desk?" });
  await remove.getByText(`What goes on working: ${WHAT_WORKS}.`).waitFor();
  await takePictures(page, "stolen-key-delete");
  await remove.getByRole("textbox").fill("Desk");
  await remove.getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/\/api-keys($|\?)/);

  // The key that it made leads there.
  await page.getByRole("link", { name: "Shop of Acme", exact: true }).click();
  await page.getByRole("link", { name: 'key "Desk"' }).click();
  await page.getByRole("heading", { name: "Desk" }).waitFor();
  expect(page.url()).toContain(id);
  await page.getByText(/^Deleted .* by owner@acme.example\./).waitFor();
  await note.getByText(WHAT_WORKS).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "stolen-key-deleted");
  await note.getByRole("button", { name: "Revoke what it made" }).click();
  const ask = page.getByRole("dialog", { name: "Revoke what Desk made?" });
  await ask.getByLabel("Reason").fill("Stolen");
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "stolen-key-cut-off");
  await ask.getByRole("button", { name: "Revoke" }).click();
  await page
    .getByText("Of what “Desk” had made: revoked 1 key and disabled 1 webhook endpoint.")
    .first()
    .waitFor();
  await note.waitFor({ state: "hidden" });
  const refused = await callStaging(product, made.json.secret as string, "GET", "/key");
  expect([refused.status, refused.json.code]).toEqual([401, "key_revoked"]);
  await page.goto(`${product.server.url}/webhooks/${setUp.json.id}`);
  await page.getByText("What was set").first().click();
  await page.getByText(`the key “Desk” (${id})`).waitFor();
  await page.getByText("Stolen", { exact: true }).waitFor();
  // The browser notes that a deleted key is asked for.
  const isOfDeleted = (problem: string) => problem.includes("404 (Not Found)");
  expect(product.browser.problems.filter((problem) => !isOfDeleted(problem))).toEqual([]);
});
