import { setTimeout as delay } from "node:timers/promises";
import type { Mount } from "@test/support/mounts";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import { type TestBrowser, takePictures } from "./browser";
import { barriersOn, becomeOwner, callStaging, createKey, type Product, startProduct } from "./product";

let product: Product;
let server: Mount;
let browser: TestBrowser;
let apiKey: string;
let licenseKey: string;

beforeAll(async () => {
  await enoughOfTheDay();
  product = await startProduct();
  ({ server, browser } = product);
});

afterAll(() => product?.close());

/** Lets a day (UTC) end that is about to: figures are by the day, and what comes in now must still be today's when read. */
async function enoughOfTheDay(): Promise<void> {
  const left = DAY_MS - (Date.now() % DAY_MS);
  if (left < 60_000) await delay(left);
}

/** A call that has to succeed. */
async function api(path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await callStaging(product, apiKey, "POST", path, body);
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.json;
}

/** Figures of the four weeks before today, as if events had come in on those days. */
async function statsOfDaysPast(): Promise<void> {
  const sql = postgres(product.databaseUrl, { max: 1 });
  await sql`insert into telemetry_daily (environment, day, accepted, flagged)
    select 'staging', (now() at time zone 'UTC')::date - n, 800 + (n * 137) % 900, (n * 31) % 90
    from generate_series(1, 28) n`;
  await sql.end();
}

describe("an administrator", () => {
  test("signs in, and finds no events yet", async () => {
    const { page } = browser;
    await becomeOwner(product);
    const permissions = ["License Management", "License Validation", "Telemetry Write"];
    apiKey = await createKey(product, "Collector", permissions);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Telemetry" }).click();
    await page.getByText("in these days", { exact: false }).first().waitFor();
    await takePictures(page, "telemetry-empty");
  });

  test("sees what apps report: figures, chart and events with their flags in words", async () => {
    const { page } = browser;
    await statsOfDaysPast();
    const customer = { email: "ada@example.com" };
    licenseKey = String((await api("/licenses", { product: "Atlas Desktop", customer })).key);
    await api("/licenses/activate", { key: licenseKey, identifier: "laptop-of-ada" });
    const plain = { product: "Atlas Desktop", version: "4.2.0", identifier: "laptop-of-ada" };
    await api("/telemetry", {
      events: [
        ...Array.from({ length: 25 }, (_, n) => ({ ...plain, type: "app.start", licenseKey, data: { n } })),
        {
          ...plain,
          type: "app.crash",
          identifier: "unknown-device",
          licenseKey,
          data: { stack: ["a", "b"] },
        },
        { ...plain, type: "app.start", licenseKey: "NO-SUCH-KEY" },
      ],
    });
    await page.goto(`${server.url}/telemetry`);
    await page.getByText("Not activated on this device").first().waitFor();
    await page.getByText("Unknown licence").first().waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "telemetry");
    expect(await page.content()).not.toContain(licenseKey);
  });

  test("reads the chart with the keys and as a table, and narrows the days to what was marked", async () => {
    const { page } = browser;
    const chart = page.getByRole("slider", { name: "Events per day" });
    await chart.focus();
    const today = new Date().toISOString().slice(0, 10);
    expect(await chart.getAttribute("aria-valuetext")).toMatch(/: Not flagged 25, Flagged 2$/);
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    expect(await chart.getAttribute("aria-valuetext")).toMatch(/ to .*: Not flagged [\d,]+, /);
    await takePictures(page, "telemetry-marked");
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`from=\\d{4}-\\d\\d-\\d\\d&to=${today}`));
    await page.getByText("Show the figures").click();
    const stats = page.getByRole("region", { name: "Events per day, figures" });
    // Until the narrowed figures have come, those from before stand.
    await expect.poll(() => stats.getByRole("row").count()).toBe(4);
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "telemetry-figures");
    await page.goBack();
    await page.waitForURL(/\/telemetry$/);

    const box = await chart.boundingBox();
    if (!box) throw new Error("The chart has no place");
    const [y, column] = [box.y + box.height / 2, box.width / 30];
    await page.mouse.move(box.x + 5.5 * column, y);
    await page.mouse.down();
    await page.mouse.move(box.x + 9.5 * column, y, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=/);
    const { searchParams } = new URL(page.url());
    const days = Date.parse(searchParams.get("to") ?? "") - Date.parse(searchParams.get("from") ?? "");
    expect(days).toBe(4 * DAY_MS);
    await page.getByText("of days long past the figures are kept", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Back to the latest days" }).click();
    await page.waitForURL(/\/telemetry$/);
  });

  test("narrows the list, opens a payload from its address, and starts an export", async () => {
    const { page } = browser;
    await page.getByRole("button", { name: "Flags", exact: true }).click();
    await page.getByRole("radio", { name: "Flagged", exact: true }).click();
    await page.waitForURL(/flagged=yes/);
    await page.getByRole("button", { name: "Type", exact: true }).click();
    await page.getByRole("option", { name: "app.crash" }).click();
    await page.waitForURL(/type=app.crash/);
    // What is found for another text is what Enter picks, not what was chosen before.
    await page.getByRole("button", { name: "Type app.crash" }).click();
    await page.getByLabel("Find a type").fill("start");
    await page.getByRole("option", { name: "app.crash" }).waitFor({ state: "detached" });
    await page.getByLabel("Find a type").press("Enter");
    await page.waitForURL(/type=app.start/);
    await page.getByRole("button", { name: "Type app.start" }).click();
    expect(await page.getByLabel("Find a type").inputValue()).toBe("");
    await page.getByRole("option", { name: "app.crash" }).click();
    await page.waitForURL(/type=app.crash/);
    const rows = page.getByRole("table", { name: "Events" }).getByRole("row");
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByRole("button", { name: "Flags Flagged" }).click();
    await page.getByRole("radio", { name: "Not flagged", exact: true }).click();
    await page.getByText("No event matches").waitFor();
    expect(await page.getByRole("button", { name: "Clear filters" }).count()).toBe(1);
    await page.getByRole("button", { name: "Flags Not flagged" }).click();
    await page.getByRole("radio", { name: "Flagged", exact: true }).click();
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByRole("link", { name: "app.crash" }).click();
    await page.waitForURL(/event=evt_/);
    const sheet = page.getByRole("dialog");
    await sheet.getByText('"stack"').waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "telemetry-event");
    await page.reload();
    await sheet.getByText('"stack"').waitFor();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });

    await page.getByRole("button", { name: "Export" }).click();
    await takePictures(page, "telemetry-export");
    await sheet.getByLabel("Environment", { exact: true }).click();
    await page.getByRole("option", { name: "Staging" }).click();
    await sheet.getByRole("button", { name: "Export" }).click();
    const started = page.getByRole("region", { name: "Started: Export telemetry" });
    const link = started.getByRole("link", { name: "Open job" });
    const href = (await link.getAttribute("href")) ?? "";
    expect(href).toMatch(/^\/jobs\/job_/);
    const result = () =>
      page.request.get(`${server.url}/api${href}/result`, { headers: { origin: server.url } });
    await expect.poll(async () => (await result()).status(), { timeout: 20_000 }).toBe(200);
    const lines = (await (await result()).text()).trimEnd().split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("app.crash");
    await started.getByRole("link", { name: "Download result" }).waitFor();
    await started.getByRole("button", { name: "Dismiss" }).click();
    await started.waitFor({ state: "hidden" });
  });

  test("ends an activation, edits the licence's metadata, and exports the customer", async () => {
    const { page, problems } = browser;
    await page.goto(`${server.url}/licenses`);
    await page.getByRole("link", { name: licenseKey }).click();
    await page.getByRole("button", { name: "End the activation on laptop-of-ada" }).click();
    await takePictures(page, "activation-end");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "End activation" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("cell", { name: "Ended", exact: true }).waitFor();

    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await dialog.getByLabel("Metadata").fill("{ seats: 3 }");
    await dialog.getByRole("button", { name: "Save changes" }).click();
    await dialog.getByText("Is not JSON").waitFor();
    await dialog.getByLabel("Metadata").fill('{ "seats": 3 }');
    await dialog.getByRole("button", { name: "Save changes" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("region", { name: "Facts" }).getByText("seats").waitFor();

    await page.getByRole("link", { name: "ada@example.com" }).click();
    await page.getByRole("table", { name: "Activations of this customer's licences" }).waitFor();
    await takePictures(page, "customer-complete");
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const download = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Download" }).click();
    const file = await (await download).createReadStream();
    let text = "";
    for await (const chunk of file) text += chunk;
    expect(JSON.parse(text)).toMatchObject({
      customer: { email: "ada@example.com" },
      licenses: { items: [{ product: "Atlas Desktop", metadata: { seats: 3 } }] },
      activations: { items: [{ identifier: "laptop-of-ada" }] },
      telemetry: { events: 26, capped: false },
    });
    expect(text).not.toContain(licenseKey);
    expect(problems).toEqual([]);
  });
});
