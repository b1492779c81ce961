import type { Mount } from "@test/support/mounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestBrowser, takePictures } from "./browser";
import { fillCreateOwner, OWNER, type Product, setUpLink, startProduct } from "./product";

let product: Product;
let server: Mount;
let browser: TestBrowser;

beforeAll(async () => {
  product = await startProduct();
  ({ server, browser } = product);
});

afterAll(() => product?.close());

/** The status and problem code that the public API answers to a key. */
async function callWith(key: string, path = "/staging/key"): Promise<string> {
  const answer = await fetch(`${server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
  const { code } = (await answer.json()) as { code?: string };
  return code ? `${answer.status} ${code}` : String(answer.status);
}

/** Reads the key from the reveal, copies it, and closes the dialog. */
async function takeRevealedKey(): Promise<string> {
  const { page } = browser;
  const dialog = page.getByRole("dialog", { name: "Copy your API key" });
  const revealed = (await dialog.getByTestId("revealed-key").textContent())?.trim() ?? "";
  await page.keyboard.press("Escape");
  await expect.poll(() => dialog.isVisible(), { message: "Escape must not lose the key" }).toBe(true);
  await dialog.getByRole("button", { name: "Copy", exact: true }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(revealed);
  await takePictures(page, "reveal");
  await dialog.getByRole("button", { name: "I have stored it" }).click();
  await dialog.waitFor({ state: "hidden" });
  return revealed;
}

/** Clicks an action and the button of the same verb in the dialog that asks. */
async function confirm(action: string): Promise<void> {
  const { page } = browser;
  await page.getByRole("button", { name: action, exact: true }).first().click();
  const dialog = page.getByRole("alertdialog").or(page.getByRole("dialog"));
  const button = dialog.getByRole("button", { name: action, exact: true });
  await button.click();
  await button.waitFor({ state: "hidden" });
}

describe("an administrator", () => {
  test("becomes the first owner with the link from the terminal, which works once", async () => {
    const { page } = browser;
    const link = setUpLink(server);
    await page.goto(link);
    await page.getByLabel("Email").waitFor();
    expect(page.url()).toBe(`${server.url}/setup`);
    await takePictures(page, "setup");
    await fillCreateOwner(page);
    await page.waitForURL(`${server.url}/`);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.getByRole("link", { name: "Create API Key" }).first().waitFor();
    await takePictures(page, "overview-empty");
    await page.goto(link);
    expect(await page.getByRole("button", { name: "Create owner" }).count()).toBe(0);
  });

  test("is sent to sign in, told nothing about what was wrong, and sent back to where they wanted", async () => {
    const { page } = browser;
    await page.context().clearCookies();
    await page.goto(`${server.url}/api-keys`);
    await page.waitForURL(/sign-in/);
    await takePictures(page, "sign-in");
    await page.getByLabel("Email").fill(OWNER.email);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: /password/i })
      .waitFor();
    await page.getByLabel("Password").fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(`${server.url}/api-keys`);
    await page.getByRole("heading", { name: "API Keys", exact: true }).waitFor();
  });

  test("creates a key, sees it once, and its life follows every action on the next call", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/api-keys`);
    await takePictures(page, "keys-empty");
    await page.getByRole("button", { name: "Create API Key" }).first().click();
    await page.getByLabel("Name", { exact: true }).fill("Browser key");
    await page.getByLabel("Environment", { exact: true }).click();
    await page.getByRole("option", { name: "Staging" }).click();
    await page.getByRole("checkbox", { name: "Customer Read", exact: true }).check();
    await page.getByLabel("Per minute").fill("1000");
    await takePictures(page, "create");
    await page.getByRole("button", { name: "Create key" }).click();
    const first = await takeRevealedKey();
    expect(first).toMatch(/^kw_stag_[0-9A-Za-z]{38}$/);
    expect(await callWith(first)).toBe("200");
    expect(await callWith(first, "/production/key")).toBe("401 environment_mismatch");
    expect(await page.content()).not.toContain(first);
    await takePictures(page, "keys");

    await page.getByRole("link", { name: "Browser key" }).click();
    await page.getByRole("heading", { name: "Browser key" }).waitFor();
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByLabel("Name", { exact: true }).fill("Renamed key");
    await takePictures(page, "edit");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByRole("heading", { name: "Renamed key" }).waitFor();
    await takePictures(page, "key");

    await confirm("Regenerate");
    const second = await takeRevealedKey();
    expect(await callWith(first)).toBe("401 key_invalid");
    expect(await callWith(second)).toBe("200");

    await confirm("Revoke");
    expect(await callWith(second)).toBe("401 key_revoked");
    await page.getByText("Inactive").first().waitFor();
    await takePictures(page, "key-inactive");

    await confirm("Reactivate");
    expect(await callWith(second)).toBe("200");

    await confirm("Revoke");
    await page.getByRole("button", { name: "Delete", exact: true }).first().click();
    const dialog = page.getByRole("alertdialog").or(page.getByRole("dialog"));
    await dialog.getByRole("textbox").fill("Renamed key");
    await takePictures(page, "delete");
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await page.waitForURL(/\/api-keys(\?.*)?$/);
    expect(await callWith(second)).toBe("401 key_invalid");
  });

  test("finds customers, and every page works without an error in the browser's console", async () => {
    const { page, problems } = browser;
    await page.goto(`${server.url}/customers`);
    await takePictures(page, "customers-empty");
    await page.goto(`${server.url}/problems/key-revoked`);
    await page
      .getByRole("heading", { name: /revoked/i })
      .first()
      .waitFor();
    await takePictures(page, "problem");
    expect(problems.filter((problem) => !/401|404/.test(problem))).toEqual([]);
  });
});
