import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestBrowser, takePictures } from "./browser";
import { barriersOn, becomeOwner, createKey, OWNER, type Product, startProduct } from "./product";

let product: Product;
let browser: TestBrowser;

beforeAll(async () => {
  product = await startProduct();
  browser = product.browser;
});

afterAll(() => product?.close());

test("an administrator changes a key", async () => {
  const { page } = browser;
  await becomeOwner(product);
  const key = await createKey(product, "Billing", ["License Validation"]);
  await page.getByRole("link", { name: "Billing" }).first().click();
  await page.getByRole("button", { name: "Edit" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name", { exact: true }).fill(key);
  await form.getByRole("button", { name: "Save changes" }).click();
  await form.getByText("This looks like an API key").waitFor();
  await form.getByLabel("Name", { exact: true }).fill("Billing and tax");
  await form.getByRole("button", { name: "Save changes" }).click();
  await form.waitFor({ state: "hidden" });
});

test("finds the change in Audit, with before and after", async () => {
  const { page } = browser;
  await page.getByRole("link", { name: "In Audit" }).click();
  await page.waitForURL(/\/audit\?subjectId=key_/);
  const row = page.getByRole("row", { name: "Edited the key Billing and tax" });
  await row.getByText(OWNER.email).waitFor();
  await takePictures(page, "audit-of-key");
  await row.getByRole("link").click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("Before and after").waitFor();
  expect(await sheet.locator("del").textContent()).toBe("Billing");
  expect(await sheet.locator("ins").textContent()).toBe("Billing and tax");
  expect(new URL(page.url()).searchParams.get("event")).toMatch(/^aud_/);
  expect(await barriersOn(browser.page)).toEqual([]);
  await takePictures(page, "audit-change");
  await page.reload();
  await sheet.getByText("Before and after").waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("row", { name: "Added the administrator" }).waitFor();
});

test("leads from one change to all changes of its subject", async () => {
  const { page } = browser;
  await page.getByRole("row", { name: "Edited the key Billing and tax" }).getByRole("link").click();
  await page.getByRole("dialog").getByRole("link", { name: "All changes to this subject" }).click();
  await page.getByRole("row", { name: "Added the administrator" }).waitFor({ state: "detached" });
  await expect.poll(() => page.getByRole("row", { name: "the key Billing" }).count()).toBe(2);
  expect(new URL(page.url()).searchParams.get("env")).toBe("all");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("row", { name: "Added the administrator" }).waitFor();
});

test("narrows the list in the address bar, and exports what is shown", async () => {
  const { page } = browser;
  await page.getByRole("button", { name: "What" }).click();
  await page.getByRole("checkbox", { name: "Edited the key" }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("row", { name: "Added the administrator" }).waitFor({ state: "detached" });
  expect(new URL(page.url()).searchParams.get("actions")).toBe("key.update");
  await page.getByRole("button", { name: "When" }).click();
  await page.getByRole("button", { name: "Last 7 days" }).click();
  await page.getByRole("button", { name: "When since" }).waitFor();
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "NDJSON" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^audit-\d{4}-\d\d-\d\d\.ndjson$/);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { action: "key.update", before: { name: "Billing" }, after: { name: "Billing and tax" } },
  ]);
  await page.getByLabel("Search name").fill("nothing of this name");
  await page.getByText("No change matches").waitFor();
  await takePictures(page, "audit-no-match");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("row", { name: "Created the key Billing" }).waitFor();
});

test("verifies the chain up to that row, and is told of a row that was changed by hand", async () => {
  const { page, problems } = browser;
  const integrity = page.getByRole("region", { name: "Integrity" });
  await integrity.getByText("Not verified yet").waitFor();
  await takePictures(page, "audit");
  await integrity.getByRole("button", { name: "Verify" }).click();
  await integrity.getByText("Verified up to row 5").waitFor();
  expect(await barriersOn(browser.page)).toEqual([]);
  await takePictures(page, "audit-verified");

  const owner = postgres(product.databaseUrl, { max: 1, onnotice: () => undefined });
  await owner.unsafe(`
    alter table audit_events disable trigger user;
    update audit_events set actor = 'nobody' where position = 2;
    alter table audit_events enable trigger user`);
  await owner.end();
  await page.reload();
  await integrity.getByText("Verified up to row 5").waitFor();
  await integrity.getByRole("button", { name: "Verify" }).click();
  await integrity.getByText("Broken at row 2.").waitFor();
  expect(await barriersOn(browser.page)).toEqual([]);
  await takePictures(page, "audit-broken");
  // The refusal of the key that was typed into a name.
  expect(problems.filter((problem) => !problem.includes("422"))).toEqual([]);
});
