import type { Mount } from "@test/support/mounts";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestBrowser, takePictures } from "./browser";
import { becomeOwner, callStaging, createKey, type Product, startProduct } from "./product";

const PRODUCT = "Atlas Desktop Pro";

let product: Product;
let server: Mount;
let browser: TestBrowser;
let apiKey: string;
let licenseKey: string;

beforeAll(async () => {
  product = await startProduct();
  ({ server, browser } = product);
});

afterAll(() => product?.close());

/** What an app that was shipped with the key is answered. */
async function callLicenses(verb: string, body: object): Promise<Record<string, unknown>> {
  return (await callStaging(product, apiKey, "POST", `/licenses/${verb}`, body)).json;
}

/** Opens the dialog of an action. */
async function ask(action: string): Promise<Locator> {
  await browser.page.getByRole("button", { name: action, exact: true }).first().click();
  return browser.page.getByRole("dialog");
}

/** Presses the button of the same verb, and waits until the server has done it. */
async function confirm(dialog: Locator, action: string): Promise<void> {
  await dialog.getByRole("button", { name: action, exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
}

describe("an administrator", () => {
  test("signs in and makes a key for the app that validates licences", async () => {
    await becomeOwner(product);
    apiKey = await createKey(product, "Shipped app", ["License Validation"]);
  });

  test("issues a licence for a new customer and finds it in the list", async () => {
    const { page } = browser;
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Licences" }).click();
    await page.getByText("No licences yet").waitFor();
    await takePictures(page, "licences-empty");

    const dialog = await ask("Create licence");
    await dialog.getByLabel("Environment", { exact: true }).click();
    await page.getByRole("option", { name: "Staging" }).click();
    await dialog.getByRole("button", { name: "Create licence" }).click();
    await dialog.getByText("Must not be empty").waitFor();
    await dialog.getByLabel("Product", { exact: true }).fill(PRODUCT);
    await dialog.getByLabel("A new customer").check();
    await dialog.getByLabel("Customer's e-mail").fill("ada@example.com");
    await dialog.getByLabel("Activation limit").fill("five");
    await dialog.getByRole("button", { name: "Create licence" }).click();
    await dialog.getByText("Must be a whole number in digits").waitFor();
    await takePictures(page, "licence-create");
    await dialog.getByLabel("Activation limit").fill("5");
    await dialog.getByLabel("Features").fill("export, sync");
    await confirm(dialog, "Create licence");

    const row = page.getByRole("row", { name: PRODUCT });
    await row.getByText("0 / 5").waitFor();
    await row.getByRole("link", { name: "ada@example.com" }).waitFor();
    licenseKey = (await row.getByRole("link").first().textContent())?.trim() ?? "";
    expect(await callLicenses("validate", { key: licenseKey })).toMatchObject({ valid: true, code: "valid" });
    await callLicenses("activate", { key: licenseKey, identifier: "laptop-of-ada" });
    await callLicenses("activate", { key: licenseKey, identifier: "desktop-of-ada" });
    await callLicenses("deactivate", { key: licenseKey, identifier: "laptop-of-ada" });
    await page.reload();
    await row.getByText("1 / 5").waitFor();
    await takePictures(page, "licences");
  });

  test("narrows the list in the address bar, and is led back where nothing matches", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/licenses?statuses=revoked&product=${encodeURIComponent(PRODUCT)}`);
    await page.getByText("No licence matches").waitFor();
    await takePictures(page, "licences-no-match");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByRole("link", { name: licenseKey }).waitFor();
    expect(new URL(page.url()).search).toBe("");
  });

  test("suspends, reinstates and revokes it, and the app's next call knows", async () => {
    const { page } = browser;
    await page.getByRole("link", { name: licenseKey }).click();
    await page.getByRole("heading", { name: PRODUCT }).waitFor();
    await page.getByText("laptop-of-ada").waitFor();

    const suspend = await ask("Suspend");
    await suspend.getByLabel("Reason").fill("Payment overdue");
    await takePictures(page, "licence-suspend");
    await confirm(suspend, "Suspend");
    await page.getByText("Apps are refused until it is reinstated").waitFor();
    expect(await callLicenses("validate", { key: licenseKey })).toMatchObject({ code: "suspended" });
    await takePictures(page, "licence-suspended");

    await confirm(await ask("Reinstate"), "Reinstate");
    expect(await callLicenses("validate", { key: licenseKey })).toMatchObject({ code: "valid" });

    const edit = await ask("Edit");
    await edit.getByLabel("Activation limit").fill("");
    await takePictures(page, "licence-edit");
    await confirm(edit, "Save changes");
    await page.getByText("unlimited").first().waitFor();

    const revoke = await ask("Revoke");
    const button = revoke.getByRole("button", { name: "Revoke", exact: true });
    expect(await button.isEnabled()).toBe(false);
    await revoke.getByLabel("to confirm").fill(PRODUCT);
    await takePictures(page, "licence-revoke");
    await confirm(revoke, "Revoke");
    expect(await callLicenses("validate", { key: licenseKey })).toMatchObject({ code: "revoked" });
    await page.getByText("That is final.").waitFor();
    expect(await page.getByRole("button", { name: "Reinstate" }).count()).toBe(0);
    await takePictures(page, "licence-revoked");
  });

  test("sees the licence at its customer, deletes it, and no page logged an error", async () => {
    const { page, problems } = browser;
    await page.getByRole("link", { name: "ada@example.com" }).click();
    await page.getByRole("table", { name: "Licences of this customer" }).waitFor();
    await takePictures(page, "customer-licences");
    await page.getByRole("link", { name: licenseKey }).click();
    // The customer has a "Delete" as well.
    await page.getByRole("heading", { name: PRODUCT }).waitFor();
    const dialog = await ask("Delete");
    await dialog.getByLabel("to confirm").fill(PRODUCT);
    await confirm(dialog, "Delete");
    await page.waitForURL(/\/licenses(\?.*)?$/);
    await page.getByText("No licences yet").waitFor();
    expect(await callLicenses("validate", { key: licenseKey })).toMatchObject({ code: "not_found" });
    expect(problems).toEqual([]);
  });
});
