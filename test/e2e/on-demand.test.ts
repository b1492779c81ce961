import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hydrated, toasts } from "./browser";
import { becomeOwner, type Product, startProduct } from "./product";

let product: Product;

beforeAll(async () => {
  product = await startProduct();
  await becomeOwner(product);
});

afterAll(() => product?.close());

const SCRIPTS = "**/_next/static/chunks/**";

/** The list of keys, in a browser that is never idle, so that nothing is fetched before it is wanted. */
async function openKeys(): Promise<Page> {
  const page = await product.browser.context.newPage();
  await page.addInitScript({ content: "window.requestIdleCallback = () => 0;" });
  await page.goto(`${product.server.url}/api-keys`, { waitUntil: "networkidle" });
  await hydrated(page.getByRole("button", { name: "Create API Key" }));
  return page;
}

test("A form whose code cannot be fetched says so and counts as closed; the next press fetches it", async () => {
  const page = await openKeys();
  const open = page.getByRole("button", { name: "Create API Key" });
  const form = page.getByRole("dialog", { name: "Create API Key" });
  await page.route(SCRIPTS, (route) => route.abort());
  await open.click();
  await toasts(page).getByText("This could not be loaded.").waitFor();
  expect(await form.count()).toBe(0);
  await page.unroute(SCRIPTS);
  await open.click();
  await form.waitFor();
  expect(await page.evaluate("document.activeElement?.closest('[role=dialog]') !== null")).toBe(true);
  await page.keyboard.press("Escape");
  await form.waitFor({ state: "hidden" });
  await expect.poll(() => open.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.close();
});

test("A dialog that was fetched while the page was idle opens without a network", async () => {
  const page = await product.browser.context.newPage();
  await page.goto(`${product.server.url}/api-keys`, { waitUntil: "networkidle" });
  await page.evaluate("new Promise((resolve) => requestIdleCallback(resolve))");
  await page.waitForLoadState("networkidle");
  await page.route(SCRIPTS, (route) => route.abort());
  await page.getByRole("button", { name: "Whose key is this?" }).click();
  await page.getByRole("dialog", { name: "Whose key is this?" }).waitFor();
  await page.close();
});

test("Where a link leads is fetched ahead once somebody points at it, and not for being in sight", async () => {
  const page = await openKeys();
  const ahead: string[] = [];
  page.on("request", (request) => {
    if (request.headers()["next-router-prefetch"]) ahead.push(new URL(request.url()).pathname);
  });
  await page.reload({ waitUntil: "networkidle" });
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Customers" });
  await hydrated(link);
  expect(ahead).toEqual([]);
  await link.hover();
  await expect.poll(() => ahead).toContain("/customers");
  await page.close();
});
