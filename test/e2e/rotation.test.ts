import { afterAll, beforeAll, expect, test } from "vitest";
import { takePictures } from "./browser";
import { barriersOn, becomeOwner, createKey, type Product, startProduct } from "./product";

/** Of the program that calls. */
const ADDRESS = "198.51.100.7";

let product: Product;
let first: string;
let second: string;

beforeAll(async () => {
  product = await startProduct();
  await becomeOwner(product);
  first = await createKey(product, "Billing sync", ["Customer Read"], "Production");
});

afterAll(() => product?.close());

/** The status of a call to production. */
async function statusOf(secret: string): Promise<number> {
  const headers = {
    authorization: `Bearer ${secret}`,
    "user-agent": "old-sync/1.2",
    "x-forwarded-for": ADDRESS,
  };
  return (await fetch(`${product.server.url}/api/v1/production/customers`, { headers })).status;
}

/** Opens the page of the key. */
async function openKey(): Promise<void> {
  const { page } = product.browser;
  await page.goto(`${product.server.url}/api-keys`);
  await page.getByRole("link", { name: "Billing sync" }).click();
  await page.getByRole("heading", { name: "Billing sync" }).waitFor();
}

/** Takes the secret out of the reveal and closes it. */
async function takeSecret(): Promise<string> {
  const { page } = product.browser;
  const secret = (await page.getByTestId("revealed-key").textContent())?.trim() ?? "";
  await page.getByRole("button", { name: "I have stored it" }).click();
  await page.getByTestId("revealed-key").waitFor({ state: "hidden" });
  return secret;
}

test("During an overlap the key's page says who still uses the previous secret", async () => {
  const { page } = product.browser;
  await openKey();
  await page.getByRole("button", { name: "Regenerate", exact: true }).click();
  await page.getByLabel("After 24 hours").check();
  await page.getByRole("dialog").getByRole("button", { name: "Regenerate", exact: true }).click();
  second = await takeSecret();
  expect(await statusOf(first)).toBe(200);
  const rotation = page.getByRole("region", { name: "Rotation" });
  await rotation.getByText("old-sync/1.2").waitFor({ timeout: 20_000 });
  await rotation.getByText(`${first.slice(0, 12)}…${first.slice(-4)}`).waitFor();
  await rotation.getByText("Not used yet").waitFor();
  await takePictures(page, "rotation");
  expect(await barriersOn(page)).toEqual([]);
});

test("A second regenerate in it says which promised secret dies and who uses it, and takes the key's name typed", async () => {
  const { page } = product.browser;
  await page.getByRole("button", { name: "Regenerate", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("This ends a secret that was promised").waitFor();
  await dialog.getByText(`${first.slice(0, 12)}…${first.slice(-4)}`).waitFor();
  for (const fact of ["old-sync/1.2", "GET /customers", ADDRESS]) {
    await dialog.getByRole("region", { name: "Previous secret" }).getByText(fact).first().waitFor();
  }
  await dialog.getByLabel("After 1 hour").check();
  await takePictures(page, "regenerate-again");
  expect(await barriersOn(page)).toEqual([]);
  const button = dialog.getByRole("button", { name: "Regenerate", exact: true });
  expect(await button.isDisabled()).toBe(true);
  expect(await statusOf(first)).toBe(200);
  await dialog.getByRole("textbox").fill("Billing sync");
  await button.click();
  const third = await takeSecret();
  expect([await statusOf(first), await statusOf(second), await statusOf(third)]).toEqual([401, 200, 200]);
});

test("It ends before its time on the press of a button that asks, and the present secret works on", async () => {
  const { page } = product.browser;
  await openKey();
  await page.getByRole("button", { name: "End overlap now" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("Billing sync");
  await dialog.getByRole("button", { name: "End overlap", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  expect(await statusOf(second)).toBe(401);
  await page.getByRole("region", { name: "Rotation" }).waitFor({ state: "hidden" });
});
