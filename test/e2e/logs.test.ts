import type { Mount } from "@test/support/mounts";
import { addRequestTo, fillLog } from "@test/support/requests";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import { newId } from "@/server/core/ids";
import { connectDatabases, type Databases } from "@/server/database/connections";
import { type TestBrowser, takePictures } from "./browser";
import { becomeOwner, createKey, type Product, startProduct } from "./product";

const PATH = "/api/v1/production/licenses";
const requestId = newId("req");

let product: Product;
let databases: Databases;
let server: Mount;
let browser: TestBrowser;
let keyId: `key_${string}`;

beforeAll(async () => {
  product = await startProduct();
  ({ server, browser } = product);
  databases = connectDatabases(product.databaseUrl, { poolSize: 2, pooling: "session" });
});

afterAll(async () => {
  await databases?.end();
  await product?.close();
});

const add = (call: Parameters<typeof addRequestTo>[1]) => addRequestTo(databases.owner, call);

/** The refused call that the tests follow. */
const refused = (at: Date) => ({
  at,
  requestId,
  keyId,
  environment: "production" as const,
  route: "GET /licenses",
  path: PATH,
  query: "limit=50&search=Nord",
  code: "environment_mismatch" as const,
  refusedBy: "environment" as const,
  permission: "licenses:read",
  detail: "A Staging key was used at the Production endpoint. Use /api/v1/staging, or a Production key.",
  agent: "acme-sync/2.1",
  requestHeaders: { accept: "application/json", "user-agent": "acme-sync/2.1" },
  responseBody: '{"code":"environment_mismatch","status":401}',
});

const callRow = (page: Page) => page.getByRole("row", { name: "/licenses?limit=50" });

describe("an administrator", () => {
  test("is told where calls will stand before there are any", async () => {
    const { page } = browser;
    await becomeOwner(product);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Logs" }).click();
    await page.getByRole("heading", { name: "No calls (last hour)" }).waitFor();
    await takePictures(page, "logs-empty");
    await createKey(product, "Load test rig", ["License Read"]);
    const link = page.getByRole("link", { name: "Load test rig" });
    keyId = ((await link.getAttribute("href")) ?? "").split("/").pop() as typeof keyId;
  });

  test("finds a refused call by its request id, reads why, and jumps to the key", async () => {
    const to = new Date();
    const from = new Date(to.getTime() - 3 * HOUR_MS);
    await fillLog(databases.owner, { rows: 3_000, from, to, keys: [keyId] });
    await add(refused(new Date(to.getTime() - 10 * MINUTE_MS)));
    const { page } = browser;
    await page.goto(`${server.url}/logs`);
    await page.getByRole("table", { name: "Calls", exact: true }).waitFor();
    await takePictures(page, "logs");
    await page.getByRole("button", { name: "Time Last hour" }).click();
    await page.getByLabel("From (UTC)").waitFor();
    await takePictures(page, "logs-time");
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "Request id" }).click();
    await page.getByRole("textbox", { name: "Request id" }).fill("nonsense");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByText("Must be of the form req_…").waitFor();
    await page.getByRole("textbox", { name: "Request id" }).fill(requestId);
    await page.getByRole("button", { name: "Apply" }).click();
    await page.waitForURL(new RegExp(`requestId=${requestId}`));
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Method", exact: true }).click();
    await page.getByRole("checkbox", { name: "DELETE" }).click();
    await page.keyboard.press("Escape");
    // A request id is looked for at any time: to advise a longer one would mislead.
    await page.getByText("No call matches").waitFor();
    expect(await page.getByText("The time is").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Clear filters" }).count()).toBe(1);
    await page.goto(`${server.url}/logs?requestId=${requestId}`);
    await callRow(page).getByRole("link").first().click();

    const sheet = page.getByRole("dialog", { name: "Call" });
    await sheet.getByText("A Staging key was used at the Production endpoint").waitFor();
    await sheet.getByText("401environment_mismatch").waitFor();
    const steps = await sheet.getByRole("listitem").allTextContents();
    expect(steps.slice(4, 7)).toEqual([
      "Not expiredpassed",
      "Environmentenvironment_mismatch",
      "Addressnot reached",
    ]);
    await sheet.getByText("acme-sync/2.1").first().waitFor();
    await takePictures(page, "logs-sheet");
    expect(new URL(page.url()).searchParams.get("row")).toMatch(/^\d+\./);

    await sheet.getByRole("link", { name: "Load test rig" }).click();
    await page.getByRole("heading", { name: "Load test rig" }).waitFor();
    await page.getByRole("table", { name: "Last calls" }).waitFor();
    await takePictures(page, "logs-key");
    await page.getByRole("link", { name: "All calls" }).click();
    await page.waitForURL(new RegExp(`/logs\\?keyId=${keyId}`));
    await page.getByRole("button", { name: "Key Load test rig" }).waitFor();
  });

  test("pastes the request id into the palette, and the call opens", async () => {
    const { page } = browser;
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Search or run a command").fill(requestId);
    await page.getByRole("option", { name: new RegExp(`401 GET ${PATH}`) }).click();
    await page.getByRole("dialog", { name: "Call" }).getByText("acme-sync/2.1").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Call" }).waitFor({ state: "hidden" });
    await page.waitForURL((url) => !url.searchParams.has("row"));
  });

  test("drags over the chart to narrow the time, does the same by keys, and comes back", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/logs`);
    const chart = page.getByRole("figure", { name: "Calls over time" });
    const plot = chart.locator("svg");
    const box = await plot.boundingBox();
    if (!box) throw new Error("The chart is not drawn");
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.25, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, y, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=.*to=|to=.*from=/);
    const { searchParams } = new URL(page.url());
    const minutes =
      (Date.parse(searchParams.get("to") ?? "") - Date.parse(searchParams.get("from") ?? "")) / MINUTE_MS;
    expect(minutes).toBeGreaterThan(13);
    expect(minutes).toBeLessThan(18);
    await page.getByRole("button", { name: /^Time .* to .* UTC$/ }).waitFor();
    await takePictures(page, "logs-zoomed");

    await chart.getByRole("slider").focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("to") !== searchParams.get("to"));
    await page.goBack();
    await page.goBack();
    await page.waitForURL(`${server.url}/logs`);
  });

  test("watches calls come in without losing the place", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/logs?limit=50`);
    await page.getByRole("button", { name: "Live" }).click();
    await page.waitForURL(/live=true/);
    await add({ path: "/api/v1/staging/first", at: new Date() });
    await page.getByRole("link", { name: "/first" }).waitFor();
    await page.mouse.wheel(0, 1_500);
    await add({ path: "/api/v1/staging/second", at: new Date() });
    await page.getByRole("button", { name: "1 new call" }).click();
    await page.getByRole("link", { name: "/second" }).waitFor();
    await page.getByRole("button", { name: "Live" }).click();
    await page.waitForURL((url) => !url.searchParams.has("live"));
  });

  test("takes what is filtered to a file, and no page logged an error", async () => {
    const { page, problems } = browser;
    await page.goto(`${server.url}/logs?requestId=${requestId}`);
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: /^CSV/ }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^keyward-log-.*\.csv$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString().trim().split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(requestId);
    expect(problems).toEqual([]);
  });
});
