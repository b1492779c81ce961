import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { placeInForm, takePictures } from "./browser";
import { barriersOn, becomeOwner, createKey, OWNER, type Product, startProduct } from "./product";

let product: Product;
let page: Page;

beforeAll(async () => {
  product = await startProduct();
  ({ page } = product.browser);
  await becomeOwner(product);
  await createKey(product, "Old website", ["Customer Read"]);
});

afterAll(() => product?.close());

test("A policy says which keys would be outside, with the rule each breaks and the way there, before it is saved", async () => {
  await page.goto(`${product.server.url}/settings/policies`);
  const staging = page.getByRole("region", { name: "Staging" });
  await staging.getByText("No key is outside of the saved policy.").waitFor();
  const save = staging.getByRole("button", { name: "Save policy" });
  const place = await placeInForm(save);
  await staging.getByLabel("Longest lifetime, days").fill("90");
  await staging.getByText("1 key would be outside of this policy.").waitFor();
  // What is told late moves Save from under no pointer.
  expect(await placeInForm(save)).toBe(place);
  await staging.getByLabel("Per minute").fill("30");
  const forbidden = staging.getByRole("group", { name: "Permissions not granted" });
  await forbidden.getByRole("checkbox", { name: "Job Management", exact: true }).check();
  await staging.getByLabel("One of a pair").click();
  await page.getByRole("option", { name: "Customer Write" }).click();
  await staging.getByLabel("The other of a pair").click();
  await page.getByRole("option", { name: "Telemetry Write" }).click();
  await staging.getByRole("button", { name: "Add pair" }).click();
  await staging.getByText("1 key would be outside of this policy.").waitFor();
  // Nothing below the bar at the top, which would count as a field that is too small to press.
  await page.evaluate(() => scrollTo(0, 0));
  expect(await barriersOn(page)).toEqual([]);
  await save.click();
  const ask = page.getByRole("dialog", { name: "Save this policy?" });
  await ask.getByText("Keys of staging live at most 90 days (policy).").waitFor();
  const link = ask.getByRole("link", { name: "Old website" });
  expect(await link.getAttribute("href")).toMatch(/^\/api-keys\/key_/);
  await ask.getByRole("button", { name: "Save policy" }).click();
  await staging.getByText("1 key is outside of the saved policy").waitFor();
});

test("The form of a key offers what the policy leaves, and says the rule beside the field that breaks it", async () => {
  await page.goto(`${product.server.url}/api-keys?create=1`);
  const form = page.getByRole("dialog", { name: "Create API Key" });
  await form.getByLabel("Name", { exact: true }).fill("New website");
  await form.getByLabel("Environment", { exact: true }).click();
  await page.getByRole("option", { name: "Staging" }).click();
  expect(await form.getByLabel("Owner").inputValue()).toBe(OWNER.email);
  await form.getByText("At most 30 (policy)").waitFor();
  expect(await form.getByLabel("Per minute").inputValue()).toBe("30");
  const expires = form.getByLabel("Expires");
  expect(await expires.textContent()).toBe("90 days");
  await expires.click();
  expect(await page.getByRole("option").allTextContents()).toEqual(["30 days", "90 days", "Custom"]);
  await page.keyboard.press("Escape");
  const jobs = form.getByRole("checkbox", { name: "Job Management", exact: true });
  expect(await jobs.isDisabled()).toBe(true);
  await form.getByText("Keys of staging may not have Job Management (policy).").waitFor();
  await form.getByRole("checkbox", { name: "Customer Write", exact: true }).check();
  await form.getByRole("checkbox", { name: "Telemetry Write", exact: true }).check();
  const pair = form.getByText("may not have Customer Write and Telemetry Write together (policy).");
  await pair.waitFor();
  await takePictures(page, "key-form-policy");
  await form.getByRole("checkbox", { name: "Telemetry Write", exact: true }).uncheck();
  await pair.waitFor({ state: "detached" });
  await form.getByLabel("Per minute").fill("31");
  await form.getByLabel("Tags").fill("Web Shop, nightly");
  await form.getByRole("button", { name: "Create key" }).click();
  await form.getByText("Keys of staging make at most 30 calls per minute (policy).").waitFor();
  // What the server has refused, as a browser reports it.
  product.browser.problems.splice(0);
  await form.getByLabel("Per minute").fill("30");
  await form.getByRole("button", { name: "Create key" }).click();
  await page.getByRole("button", { name: "I have stored it" }).click();
});

test("Keys are found by tag and by owner, and who owns one stands on its page", async () => {
  await page.goto(`${product.server.url}/api-keys?env=all`);
  await page.getByRole("button", { name: "Tag", exact: true }).click();
  await page.getByRole("radio", { name: "web-shop" }).click();
  await page.waitForURL(/tag=web-shop/);
  await page.getByRole("link", { name: "Old website" }).waitFor({ state: "detached" });
  await page.goto(`${product.server.url}/api-keys?env=all&owner=${OWNER.email}`);
  await page.getByRole("link", { name: "Old website" }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "keys-by-owner");
  await page.getByRole("link", { name: "New website" }).click();
  const facts = page.getByRole("region", { name: "Facts" }).or(page.getByLabel("Facts"));
  await facts.getByRole("link", { name: OWNER.email }).waitFor();
  await facts.getByRole("link", { name: "nightly" }).waitFor();
});
