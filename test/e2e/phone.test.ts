import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hydrated } from "./browser";
import { type LongRows, startWithLongRows } from "./long-rows";

const PHONE = { width: 390, height: 844 };
const PHONES_NAME =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
/** Of a phone on the way: 1.6 Mbit/s, 150 ms there and back. */
const SLOW = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 };
/** Of headings, on a phone: the list's one or two, and those of tick boxes and menus. */
const MOST_HEADINGS = 3;
/** A tenth is called good; a fiftieth nobody sees. */
const MOST_SHIFT = 0.02;

const LISTS = [
  ["/api-keys", "API keys"],
  ["/customers", "Customers"],
  ["/licenses", "Licences"],
  ["/logs", "Calls"],
  ["/telemetry", "Events"],
  ["/jobs", "Jobs"],
  ["/audit", "Changes"],
  ["/api-keys/findings", "Findings"],
  ["/webhooks", "Webhook endpoints"],
  ["/team", "Team"],
] as const;

let rows: LongRows;
let server: LongRows["server"];
let browser: LongRows["browser"];

beforeAll(async () => {
  rows = await startWithLongRows();
  ({ server, browser } = rows);
});

afterAll(() => rows?.close());

/** A page of this browser for one who has a phone, or for one who has made the window as narrow. */
async function openNarrow(on: "phone" | "desktop"): Promise<Page> {
  const page = await browser.context.newPage();
  await page.setViewportSize(PHONE);
  if (on === "phone") {
    const devtools = await browser.context.newCDPSession(page);
    await devtools.send("Emulation.setUserAgentOverride", { userAgent: PHONES_NAME });
  }
  return page;
}

/** How many headings the table has that people see, once it has rows. */
async function headings(page: Page, name: string): Promise<number> {
  const table = page.getByRole("table", { name, exact: true });
  await table.locator("tbody time, tbody a, tbody button").first().waitFor();
  return await table.getByRole("columnheader").count();
}

/** The page as the server drew it: none of its scripts comes. What is in the page itself runs. */
const withoutScripts = (page: Page) => page.route("**/*.js", (route) => route.abort());

describe.each(LISTS)("On a phone, %s", (path, name) => {
  test("is drawn for it by the server already", async () => {
    const page = await openNarrow("phone");
    await withoutScripts(page);
    await page.goto(`${server.url}${path}`);
    expect(await headings(page, name)).toBeLessThanOrEqual(MOST_HEADINGS);
    await page.close();
  });

  test("does not move while it loads on a slow network", async () => {
    const page = await openNarrow("phone");
    const devtools = await browser.context.newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", SLOW);
    await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
    // As text: what tsx makes of a function here calls a helper that the page does not have.
    await page.addInitScript({
      content: `window.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({ type: "layout-shift", buffered: true });`,
    });
    await page.goto(`${server.url}${path}`, { waitUntil: "networkidle" });
    expect(await headings(page, name)).toBeLessThanOrEqual(MOST_HEADINGS);
    await hydrated(page.getByRole("table", { name, exact: true }));
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
    expect(await page.evaluate("window.shift")).toBeLessThanOrEqual(MOST_SHIFT);
    await page.close();
  });
});

test("A window as narrow as a phone's is drawn for from its second page on, and again as a wide one after it was widened", async () => {
  const page = await openNarrow("desktop");
  const drawn = async () => {
    const next = await browser.context.newPage();
    await withoutScripts(next);
    await next.goto(`${server.url}/api-keys`);
    // All that are there, for whoever sees them.
    const count = await next.locator("table thead th").count();
    await next.close();
    return count;
  };
  await page.goto(`${server.url}/customers`);
  await expect.poll(drawn).toBeLessThanOrEqual(MOST_HEADINGS);
  await page.setViewportSize({ width: 1280, height: 720 });
  await expect.poll(drawn).toBeGreaterThan(MOST_HEADINGS);
  await page.close();
});
