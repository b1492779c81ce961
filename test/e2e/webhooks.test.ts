import { TO_THIS_MACHINE } from "@test/server/services/webhooks/support";
import { isSignedBy, startWebhookReceiver, type WebhookReceiver } from "@test/support/webhook-receiver";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { arrived, takePictures } from "./browser";
import { barriersOn, becomeOwner, callStaging, createKey, type Product, startProduct } from "./product";

let product: Product;
let receiver: WebhookReceiver;
let page: Page;
let secret = "";

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

test("An endpoint is set up from the list, and its signing secret shown once", async () => {
  await page.goto(`${product.server.url}/webhooks`);
  await page.getByText("No webhook endpoints yet").waitFor();
  await arrived(page);
  await page.getByRole("button", { name: "Create endpoint" }).first().click();
  const form = page.getByRole("dialog", { name: "Create endpoint" });
  await form.getByLabel("Environment", { exact: true }).click();
  await page.getByRole("option", { name: "Staging" }).click();
  await form.getByLabel("URL").fill("https://user:password@127.0.0.1/");
  await form.getByRole("button", { name: "Create endpoint" }).click();
  await form.getByText("Must not hold a user or a password").waitFor();
  await form.getByText("Choose at least one event").waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "webhook-form");
  await form.getByLabel("URL").fill(receiver.url);
  await form.getByLabel("Description").fill("Billing");
  await form.getByRole("checkbox", { name: "key.created" }).check();
  await form.getByRole("checkbox", { name: "key.revoked" }).check();
  await form.getByRole("button", { name: "Create endpoint" }).click();
  const revealed = page.getByTestId("revealed-webhook-secret");
  secret = (await revealed.textContent())?.trim() ?? "";
  expect(secret).toMatch(/^whsec_/);
  await page.keyboard.press("Escape");
  expect(await revealed.isVisible()).toBe(true);
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole("button", { name: "I have stored it" }).click();
  await revealed.waitFor({ state: "hidden" });
  await page.getByRole("link", { name: /127\.0\.0\.1/ }).waitFor();
  await takePictures(page, "webhooks");
});

test("A test event shows at once what the receiver answers, and its page what was sent", async () => {
  receiver.answer = (response) => response.writeHead(200).end("thanks");
  await page.getByRole("link", { name: /127\.0\.0\.1/ }).click();
  await page.getByRole("button", { name: "Send test event" }).click();
  const sheet = page.getByRole("dialog", { name: "webhook.test" });
  await sheet.getByText("Answered 200").waitFor();
  await sheet.getByText("thanks").waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "webhook-delivery");
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  const [webhook] = receiver.received.splice(0);
  expect(webhook && isSignedBy(secret, webhook)).toBe(true);
});

test("What happens is delivered, what fails is shown with its answer, and sent again by hand", async () => {
  const { pathname } = new URL(page.url());
  receiver.answer = (response) => response.writeHead(500).end("out of order");
  await createKey(product, "Billing", ["Customer Read"]);
  await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(0), { timeout: 20_000 });
  await page.goto(product.server.url + pathname);
  await page.getByText("No attempt has succeeded since").waitFor();
  await page.getByRole("link", { name: /key\.created/ }).click();
  const sheet = page.getByRole("dialog", { name: "key.created" });
  await sheet.getByText("out of order").first().waitFor();
  receiver.answer = (response) => response.writeHead(204).end();
  await sheet.getByRole("button", { name: "Try now" }).click();
  await sheet.getByText("Delivered").waitFor();
  const before = receiver.received.length;
  await sheet.getByRole("button", { name: "Resend" }).click();
  await vi.waitFor(() => expect(receiver.received).toHaveLength(before + 1), { timeout: 20_000 });
  await sheet.getByText(`Attempt ${before + 1}`).waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
  await takePictures(page, "webhook");
  expect(await barriersOn(page)).toEqual([]);
});

test("An endpoint is disabled, enabled, given another secret and deleted, each after saying what that does", async () => {
  await page.getByRole("button", { name: "Disable" }).click();
  const ask = page.getByRole("dialog", { name: "Disable this endpoint?" });
  await ask.getByRole("button", { name: "Disable" }).click();
  await page.getByText("Nothing is sent here.").waitFor();
  await page.getByRole("button", { name: "Enable" }).click();
  const enable = page.getByRole("dialog", { name: "Enable this endpoint?" });
  await enable.getByText(receiver.url).waitFor();
  expect(await enable.getByRole("note").count()).toBe(0);
  await enable.getByRole("button", { name: "Enable" }).click();
  await page.getByText("Nothing is sent here.").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "New secret" }).click();
  await page.getByRole("button", { name: "Make a new one" }).click();
  const revealed = page.getByTestId("revealed-webhook-secret");
  expect((await revealed.textContent())?.trim()).not.toBe(secret);
  await page.getByRole("button", { name: "I have stored it" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  const last = page.getByRole("dialog", { name: "Delete this endpoint?" });
  await last.getByRole("textbox").fill(`127.0.0.1:${receiver.port}`);
  await last.getByRole("button", { name: "Delete" }).click();
  await page.getByText("No webhook endpoints yet").waitFor();
});

test("A key leads to the endpoints that it has set up, and they to it; with it they are disabled, where that is chosen", async () => {
  const thief = await createKey(product, "Desk", ["Key Management", "Webhook Management", "License Read"]);
  const { status: made } = await callStaging(product, thief, "POST", "/keys", {
    name: "Shop of Acme",
    permissions: ["licenses:read"],
  });
  const url = `${receiver.url}/desk`;
  const body = { url, events: ["license.revoked"] };
  const { status } = await callStaging(product, thief, "POST", "/webhooks", body);
  expect([made, status]).toEqual([201, 201]);
  await page.goto(`${product.server.url}/api-keys`);
  await page.getByRole("link", { name: "Desk", exact: true }).click();
  const toEndpoints = page.getByRole("link", { name: "1 endpoint that it set up" });
  await toEndpoints.waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "key-endpoints");
  await toEndpoints.click();
  await page.getByRole("button", { name: "Set up by key Desk" }).waitFor();
  await takePictures(page, "webhooks-of-key");
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole("link", { name: url }).click();
  const toKey = page.getByRole("link", { name: "Desk", exact: true });
  await toKey.waitFor();
  await takePictures(page, "webhook-of-key");
  await toKey.click();
  await page.getByRole("button", { name: "Revoke" }).click();
  const ask = page.getByRole("dialog", { name: "Revoke Desk?" });
  const choice = ask.getByRole("checkbox", {
    name: "Revoke the 1 active key too that it made, or has had the secret of, and disable the 1 webhook endpoint that it or they set up",
  });
  await choice.waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "revoke-with-endpoints");
  await choice.check();
  await ask.getByRole("button", { name: "Revoke" }).click();
  await page.getByText("and disabled 1 webhook endpoint.").first().waitFor();
  await toEndpoints.click();
  await page.getByText("Disabled", { exact: true }).waitFor();
  await page.getByRole("link", { name: url }).click();
  await page.getByRole("button", { name: "Enable" }).click();
  const enable = page.getByRole("dialog", { name: "Enable this endpoint?" });
  await enable.getByText(url).waitFor();
  const hands = "The key Desk gave it this URL and was told its signing secret; it is revoked.";
  await enable.getByText(hands).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "enable-webhook-of-key");
  await enable.getByRole("button", { name: "Cancel" }).click();
  expect(product.browser.problems).toEqual([]);
});

test("Endpoints are ticked in the list and deleted together", async () => {
  const by = await createKey(product, "Tidy", ["Webhook Management", "License Read"]);
  const body = { url: `${receiver.url}/tidy`, events: ["license.revoked"] };
  expect((await callStaging(product, by, "POST", "/webhooks", body)).status).toBe(201);
  await page.goto(`${product.server.url}/webhooks`);
  await page.getByRole("link", { name: body.url }).waitFor();
  await arrived(page);
  await page.getByRole("checkbox", { name: "Select all rows of this page" }).check();
  await page.getByText("2 selected").waitFor();
  await takePictures(page, "webhooks-ticked");
  await page
    .getByRole("region", { name: "Actions for the selected rows" })
    .getByRole("button", { name: "Delete" })
    .click();
  const ask = page.getByRole("dialog", { name: "Delete 2 endpoints?" });
  await ask.getByRole("textbox").fill("delete 2 endpoints");
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "delete-webhooks");
  await ask.getByRole("button", { name: "Delete" }).click();
  await page.getByText("No webhook endpoints yet").waitFor();
  expect(product.browser.problems).toEqual([]);
});
