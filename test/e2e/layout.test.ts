import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listKeysSchema } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import { listKeys } from "@/server/services/keys";
import { arrived, hydrated } from "./browser";
import { coveredFocus, tableFaults } from "./geometry";
import { type LongRows, startWithLongRows } from "./long-rows";
import { barriersOn } from "./product";

const HEIGHT = 800;
/** 640 and 512 are what a screen of 1280 and of 1024 has at 200 % zoom. */
const WIDTHS = [1920, 1440, 1280, 1024, 640, 512, 390];
/** Below, a list is one column that says the most. */
const PHONE = 640;

let rows: LongRows;
let fixture: LongRows["fixture"];
let server: LongRows["server"];
let browser: LongRows["browser"];

beforeAll(async () => {
  rows = await startWithLongRows();
  ({ fixture, server, browser } = rows);
});

afterAll(() => rows?.close());

const wide = (page: Page) => page.setViewportSize({ width: 1280, height: 720 });

/** What each list must show from a screen of 1024, and of 1280 at 200 % zoom, on. */
const LISTS = [
  {
    path: "/api-keys",
    table: "API keys",
    always: ["Name", "Environment", "Status", "Last used", "Actions"],
    at1280: ["Key", "Permissions", "Rate limits"],
  },
  {
    path: "/customers",
    table: "Customers",
    always: ["Email", "Name", "Environment", "Created"],
    at1280: ["Id"],
  },
  {
    path: "/licenses",
    table: "Licences",
    always: ["Licence key", "Environment", "Status", "Expires"],
    at1280: ["Product", "Activations", "Customer"],
  },
  {
    path: "/logs",
    table: "Calls",
    always: ["Time (UTC)", "Method", "Path", "Status", "Duration", "Environment"],
    at1280: ["Level", "Key"],
  },
  {
    path: "/jobs",
    table: "Jobs",
    always: ["Job", "Environment", "Status", "Queued", "Result"],
    at1280: ["Progress", "Started by"],
  },
  { path: "/audit", table: "Changes", always: ["When", "What", "Environment"], at1280: ["Who", "From"] },
  {
    path: "/telemetry",
    table: "Events",
    always: ["Type", "Environment", "Flags", "Received"],
    at1280: ["Product", "Version", "Licence"],
  },
  {
    path: "/webhooks",
    table: "Webhook endpoints",
    always: ["URL", "Environment", "Status"],
    at1280: ["Description", "Events", "Created"],
  },
  {
    path: "/api-keys/findings",
    table: "Findings",
    always: ["Severity", "Finding", "Key", "Actions"],
    at1280: ["Found"],
    // Each says what was found, the evidence and what it means.
    tallRows: true,
  },
] as const;

describe("A list", () => {
  test.each(LISTS)(
    "$table: at every width, nothing is cut off, and what matters most is there",
    async (list) => {
      const { page } = browser;
      await wide(page);
      await page.goto(`${server.url}${list.path}`);
      const table = page.getByRole("table", { name: list.table, exact: true });
      await table.getByRole("row").nth(1).waitFor();
      await hydrated(table);
      const faults: string[] = [];
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: HEIGHT });
        const wanted = [...(width >= PHONE ? list.always : []), ...(width >= 1280 ? list.at1280 : [])];
        // The phone's rendering comes with the browser's word that it is one.
        await table
          .getByRole("columnheader", { name: wanted[0] ?? /./ })
          .first()
          .waitFor();
        if (width < PHONE) {
          const heads = () => table.getByRole("columnheader").count();
          await expect.poll(heads, { timeout: 10_000 }).toBeLessThan(4);
        }
        const rowHeight = width >= PHONE && !("tallRows" in list) ? 44 : null;
        const found = await table.evaluate(tableFaults, { wanted, rowHeight });
        faults.push(...found.map((fault) => `at ${width}: ${fault}`));
      }
      await page.setViewportSize({ width: 1024, height: HEIGHT });
      expect({ faults, barriers: await barriersOn(page) }).toEqual({ faults: [], barriers: [] });
    },
  );

  test("beside other things, on the pages of a customer, a licence and a key, is not cut off either", async () => {
    const { page } = browser;
    const faults: string[] = [];
    for (const [list, row] of [
      ["/customers", "a-company-with-a-long-name"],
      ["/licenses", "a-company-with-a-long-name"],
      ["/api-keys", "Nightly synchronisation"],
    ] as const) {
      await wide(page);
      await page.goto(`${server.url}${list}`);
      await page.getByRole("row").filter({ hasText: row }).locator("a[data-row-link]").click();
      await page.waitForURL(new RegExp(`${list}/`));
      await page.locator("main table").first().waitFor();
      await expect.poll(() => page.locator("main [aria-busy=true]").count()).toBe(0);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: HEIGHT });
        for (const table of await page.locator("main section > table").all()) {
          const found = await table.evaluate(tableFaults, { wanted: [], rowHeight: null });
          faults.push(...found.map((fault) => `${list} at ${width}: ${fault}`));
        }
      }
    }
    expect(faults).toEqual([]);
  });

  test("keeps its headings in sight, and in their place the actions for what is ticked, on a phone too", async () => {
    const { page } = browser;
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 500 });
      await page.goto(`${server.url}/api-keys`);
      const heading = page.getByRole("columnheader", { name: "Name" });
      await page
        .getByRole("checkbox", { name: /^Select (?!all)/ })
        .first()
        .waitFor();
      const toTheEnd = () => page.getByRole("navigation", { name: "Pages" }).scrollIntoViewIfNeeded();
      await toTheEnd();
      expect((await heading.boundingBox())?.y).toBeCloseTo(52, 0);
      await page
        .getByRole("checkbox", { name: /^Select (?!all)/ })
        .first()
        .click();
      await toTheEnd();
      await page.getByRole("button", { name: "Clear selection" }).click({ trial: true });
      await page.getByRole("button", { name: "Revoke", exact: true }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    }
  });
});

const FORMS = [
  { path: "/api-keys?create=1", sends: "Create key" },
  { path: "/licenses?create=1", sends: "Create licence" },
  { path: "/licenses?generate=1", sends: "Generate" },
];

describe.each([
  [390, 844],
  [1280, 720],
])("At %i x %i", (width, height) => {
  test.each(FORMS)("each step of Tab through $path shows what has the focus", async ({ path, sends }) => {
    const { page } = browser;
    await page.setViewportSize({ width, height });
    await page.goto(`${server.url}${path}`);
    await page.getByRole("dialog").getByRole("button", { name: sends, exact: true }).waitFor();
    expect(await coveredFocus(page, "Tab")).toEqual([]);
    expect(await coveredFocus(page, "Shift+Tab")).toEqual([]);
  });

  test.each(["/api-keys", "/settings"])("each step back and forth through %s does", async (path) => {
    const { page } = browser;
    await page.setViewportSize({ width, height });
    await page.goto(`${server.url}${path}`);
    await arrived(page);
    await page.locator("#main").focus();
    expect(await coveredFocus(page, "Tab")).toEqual([]);
    expect(await coveredFocus(page, "Shift+Tab")).toEqual([]);
  });
});

describe("The palette", () => {
  const input = (page: Page) => page.getByPlaceholder("Search or run a command");

  test("opens at the first Ctrl-K, and letters typed at once arrive", async () => {
    const { page } = browser;
    await wide(page);
    await page.goto(`${server.url}/customers`, { waitUntil: "networkidle" });
    await page.keyboard.press("Control+k");
    await page.keyboard.type("load test");
    expect(await input(page).inputValue()).toBe("load test");
  });

  test("gets them too where its code is still on its way, and the page beneath gets none", async () => {
    const { context } = browser;
    const page = await context.newPage();
    // A page that is never idle.
    await page.addInitScript(() => {
      window.requestIdleCallback = () => 0;
    });
    await page.goto(`${server.url}/customers`, { waitUntil: "networkidle" });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/_next/static/**", async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole("button", { name: "Create customer" }).focus();
    await page.keyboard.press("Control+k");
    await page.getByText("Loading commands…").waitFor();
    await page.keyboard.type("loaf");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Enter");
    await page.keyboard.type("d test");
    release();
    await input(page).waitFor();
    await expect.poll(() => input(page).inputValue()).toBe("load test");
    expect(await page.getByRole("dialog").count()).toBe(1);
    await page.close();
  });
});

test("Offline, a form says so at once, and nothing is sent by itself once the network is back", async () => {
  const { page, context } = browser;
  const name = "Made once, by hand";
  const made = async () =>
    (await listKeys(fixture.context(), parse(listKeysSchema, { search: name }))).data.length;
  await wide(page);
  await page.goto(`${server.url}/api-keys?create=1`);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Environment", { exact: true }).click();
  await page.getByRole("option", { name: "Staging" }).click();
  await page.getByRole("checkbox", { name: "License Read", exact: true }).check();
  await context.setOffline(true);
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByText("You are offline. Connect, then try again.").first().waitFor();
  await context.setOffline(false);
  // Whatever waited for the network would be on its way before this answer is here.
  await page.evaluate(() => fetch("/api/ready"));
  expect(await made()).toBe(0);
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByRole("button", { name: "I have stored it" }).click();
  expect(await made()).toBe(1);
});

describe("A time in a row", () => {
  test("pressed, opens the call; rested on, tells the instant in full", async () => {
    const { page } = browser;
    await wide(page);
    await page.goto(`${server.url}/logs`);
    const time = page
      .getByRole("table", { name: "Calls", exact: true })
      .getByRole("row")
      .nth(1)
      .locator("time");
    await time.hover();
    await page.getByRole("button", { name: "Copy ISO time" }).waitFor();
    await time.click();
    await page.getByRole("dialog", { name: "Call" }).waitFor();
    expect(await page.getByRole("button", { name: "Copy ISO time" }).count()).toBe(0);
  });

  test("entered from the keyboard, lets its forms be copied", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/customers`);
    const time = page.getByRole("table", { name: "Customers" }).getByRole("row").nth(1).locator("button");
    await time.focus();
    await page.keyboard.press("Enter");
    // What it opens is fetched after the page.
    const times = page.getByRole("dialog", { name: "Exact time" });
    await expect.poll(() => times.evaluate((opened) => opened.contains(document.activeElement))).toBe(true);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\d{4}/);
    await page.waitForURL(/\/customers$/);
  });
});
