import { readFileSync } from "node:fs";
import type { Mount } from "@test/support/mounts";
import type { Locator } from "playwright-core";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readCsv } from "@/lib/csv";
import { type TestBrowser, takePictures, toasts } from "./browser";
import { becomeOwner, callStaging, createKey, type Product, startProduct } from "./product";

const PRODUCT = "Atlas Desktop Pro";
const GENERATION = { type: "licenses.generate", input: { product: "Bulk", count: 10_000 } };

let product: Product;
let server: Mount;
let browser: TestBrowser;
let apiKey: string;
let licenseKey: string;
/** Lets go on what {@link holdLicenses} holds. */
let goOn = async () => {};

beforeAll(async () => {
  product = await startProduct();
  ({ server, browser } = product);
});

afterAll(() => product?.close());

// A test that failed in between must not hold up the next one.
afterEach(() => goOn());

/** A call of the public API with the integration's key. */
async function callApi(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  return (await callStaging(product, apiKey, method, path, body)).json;
}

/** Chooses staging in a form. */
async function chooseStaging(dialog: Locator): Promise<void> {
  await dialog.getByLabel("Environment", { exact: true }).click();
  await browser.page.getByRole("option", { name: "Staging" }).click();
}

/** Keeps every worker from writing licences, so that a job stays where it is until {@link goOn}. */
async function holdLicenses(): Promise<void> {
  const sql = postgres(product.databaseUrl, { max: 1 });
  const connection = await sql.reserve();
  await connection`begin`;
  await connection`lock table licenses in share mode`;
  goOn = async () => {
    goOn = async () => {};
    await connection`commit`;
    connection.release();
    await sql.end();
  };
}

/** Presses what downloads, and reads the file. */
async function download(link: Locator): Promise<string[][]> {
  const [file] = await Promise.all([browser.page.waitForEvent("download"), link.click()]);
  const text = readFileSync(await file.path(), "utf8");
  // The byte-order mark by which a spreadsheet knows UTF-8.
  expect(text.charAt(0)).toBe("\ufeff");
  return readCsv(text.slice(1)).map(({ cells }) => cells);
}

describe("an operator of the runtime", () => {
  test("signs in, finds no jobs yet, and makes a key for an integration", async () => {
    const { page } = browser;
    await becomeOwner(product);
    const navigation = page.getByRole("navigation", { name: "Main" });
    await navigation.getByRole("link", { name: "Background Jobs" }).click();
    await page.getByText("No job has ended yet").waitFor();
    await page.getByText("Nothing runs or waits.").waitFor();
    await takePictures(page, "jobs-empty");
    const permissions = ["License Management", "License Validation", "Job Management"];
    apiKey = await createKey(product, "Nightly sync", permissions);
  });

  test("imports customers from a file, and sees the rows that were not imported", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/customers?import=1`);
    const dialog = page.getByRole("dialog");
    const pick = (text: string) =>
      dialog
        .getByLabel("File")
        .setInputFiles({ name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await chooseStaging(dialog);
    await pick("mail,full name\nada@example.com,Ada\n");
    await dialog.getByText("There is no column email.").waitFor();
    await pick(`email\n${"x@example.com\n".repeat(10_001)}`);
    await dialog.getByText("The file has 10,001 rows").waitFor();
    await takePictures(page, "customers-import-refused");
    await pick(
      '\ufeffEmail;Name\r\nada@example.com;"Ada\r\nLovelace"\r\nnobody;N\r\nADA@example.com;Again\r\n',
    );
    await dialog.getByText("3 rows: 1 to import, 2 wrong.").waitFor();
    await dialog.getByText("Line 4: email: Invalid email address").waitFor();
    await dialog.getByText("Line 5: the same e-mail address as on line 2").waitFor();
    await takePictures(page, "customers-import");
    await dialog.getByRole("button", { name: "Import 3 rows" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("row", { name: "ada@example.com" }).waitFor();

    const started = page.getByRole("region", { name: "Started: Import customers" });
    await takePictures(page, "customers-imported");
    await started.getByRole("link", { name: "Open job" }).click();
    await page.getByText("1 imported, 2 not").waitFor();
    const failed = page.getByRole("table", { name: "Rows that were not imported" });
    await failed.getByRole("row", { name: "4 nobody email: Invalid email address" }).waitFor();
    await failed.getByRole("row", { name: /^5 ADA@example\.com There is a customer/ }).waitFor();
    await takePictures(page, "job-import");
  });

  test("generates 500 licences from the page, sees the bar move, and downloads them", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/licenses`);
    await page.getByRole("button", { name: "Generate licences" }).click();
    const dialog = page.getByRole("dialog");
    await chooseStaging(dialog);
    await dialog.getByLabel("How many").fill("10001");
    await dialog.getByRole("button", { name: "Generate", exact: true }).click();
    await dialog.getByText("Must be at most 10,000").waitFor();
    await dialog.getByText("Must not be empty").waitFor();
    await takePictures(page, "licences-generate");
    await dialog.getByLabel("Product", { exact: true }).fill(PRODUCT);
    await dialog.getByLabel("How many").fill("500");
    await dialog.getByLabel("A customer", { exact: true }).check();
    await dialog.getByRole("option", { name: "ada@example.com" }).click();
    await holdLicenses();
    await dialog.getByRole("button", { name: "Generate", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });

    const started = page.getByRole("region", { name: "Started: Generate licences" });
    const bar = started.getByRole("progressbar", { name: "Generate licences" });
    await started.getByText("Running").waitFor();
    expect(await bar.getAttribute("aria-valuenow")).toBe("0");
    await goOn();
    await started.getByText("500 of 500 · 100 %").waitFor();
    expect(await bar.getAttribute("aria-valuenow")).toBe("100");
    await started.getByText("Succeeded").waitFor();
    // By itself, as the job has ended.
    await page.getByRole("row", { name: PRODUCT }).first().waitFor();
    await takePictures(page, "licences-generated");

    const [header, ...rows] = await download(started.getByRole("link", { name: "Download result" }));
    expect(header).toEqual(["id", "key"]);
    expect(rows).toHaveLength(500);
    expect(new Set(rows.map(([, key]) => key)).size).toBe(500);
    for (const [id, key] of rows) {
      expect(id).toMatch(/^lic_[0-9a-z]{26}$/);
      expect(key).toMatch(/^([2-9A-HJKMNP-Z]{5}-){4}[2-9A-HJKMNP-Z]{5}$/);
    }
    licenseKey = rows[250]?.[1] ?? "";
    expect(await callApi("POST", "/licenses/validate", { key: licenseKey })).toMatchObject({ code: "valid" });
  });

  test("finds one of them, suspends it, and the app is told", async () => {
    const { page } = browser;
    await page.getByRole("searchbox", { name: "Search licence key, product or id" }).fill(licenseKey);
    await page.getByRole("row").nth(2).waitFor({ state: "detached" });
    await page.getByRole("link", { name: licenseKey }).click();
    await page.getByRole("heading", { name: PRODUCT }).waitFor();
    await page.getByRole("button", { name: "Suspend", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Suspend", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("Apps are refused until it is reinstated").waitFor();
    const answer = await callApi("POST", "/licenses/validate", { key: licenseKey });
    expect(answer).toMatchObject({ valid: false, code: "suspended" });
  });

  test("exports what the list is narrowed to", async () => {
    const { page } = browser;
    await page.goto(
      `${server.url}/licenses?statuses=suspended,revoked&product=${encodeURIComponent(PRODUCT)}`,
    );
    await page.getByRole("button", { name: "Export" }).click();
    const dialog = page.getByRole("dialog");
    await chooseStaging(dialog);
    await dialog.getByText("Suspended, Revoked").waitFor();
    await takePictures(page, "licences-export");
    await dialog.getByRole("button", { name: "Export", exact: true }).click();
    const started = page.getByRole("region", { name: "Started: Export licences" });
    const [header = [], ...rows] = await download(started.getByRole("link", { name: "Download result" }));
    expect(rows.map((row) => row[header.indexOf("key")])).toEqual([licenseKey]);
  });

  test("watches what an integration started, and cancels what still waits", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/jobs`);
    await page.getByRole("heading", { name: "Background Jobs" }).waitFor();
    const active = page.getByRole("table", { name: "Active jobs" });
    const history = page.getByRole("table", { name: "Jobs", exact: true });
    await holdLicenses();
    await callApi("POST", "/jobs", GENERATION);
    await active.getByText("Running").waitFor();
    const { id } = await callApi("POST", "/jobs", GENERATION);
    await active.getByText("Queued", { exact: true }).nth(1).waitFor();
    await page.getByText("1 running, 1 queued").waitFor();
    expect(await active.getByRole("link", { name: "Nightly sync" }).count()).toBe(2);
    await takePictures(page, "jobs-active");

    await page.goto(`${server.url}/jobs/${id}`);
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Cancel job" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("status").getByText("Cancelled", { exact: true }).waitFor();
    await takePictures(page, "job-cancelled");

    await page.goto(`${server.url}/jobs?statuses=cancelled&search=nightly`);
    await history.getByRole("row", { name: "Cancelled" }).waitFor();
    expect(await history.getByRole("row").count()).toBe(2);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await goOn();
    await history.getByText("10,000 of 10,000 · 100 %").waitFor();
    await page.getByText("Nothing runs or waits.").waitFor();
    await takePictures(page, "jobs");
  });

  test("sees why a job failed, tries again, deletes it, and no page logged an error", async () => {
    const { page, problems } = browser;
    await holdLicenses();
    const { id } = await callApi("POST", "/jobs", GENERATION);
    await page.goto(`${server.url}/jobs/${id}`);
    await page.getByRole("status").getByText("Running").waitFor();
    await page.getByRole("link", { name: "Nightly sync" }).click();
    await page.getByRole("button", { name: "Revoke", exact: true }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await goOn();
    await page.goto(`${server.url}/jobs`);
    const failed = page.getByRole("region", { name: "Failed" });
    const reason = "The API key that started this job was revoked.";
    await failed.getByText(reason).waitFor();
    await takePictures(page, "jobs-failed");
    await failed.getByRole("button", { name: "Retry" }).click();
    await toasts(page).getByText("Queued again.").waitFor();
    await failed.getByText(reason).waitFor();
    await page.goto(`${server.url}/jobs/${id}`);
    await page.getByText("2,000 of 10,000 · 20 %").waitFor();
    await page.getByText(reason).waitFor();
    await takePictures(page, "job-failed");
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await page.waitForURL(/\/jobs(\?.*)?$/);
    await failed.waitFor({ state: "detached" });
    expect(problems).toEqual([]);
  });
});
