import type { BrowserContext, Page } from "playwright-core";

/** The pages that people have open all day. */
export const MAIN_PAGES = [
  "/api-keys",
  "/",
  "/logs",
  "/customers",
  "/licenses",
  "/telemetry",
  "/jobs",
  "/audit",
  "/api-keys/findings",
  "/team",
  "/settings",
] as const;

/** JavaScript that a page brings, in bytes as they come over the wire, which is compressed. */
export interface PageWeight {
  /** What it takes to draw the page and to follow what is pressed. */
  first: number;
  /** With what is fetched once it has nothing else to do: dialogs, the palette. */
  whenIdle: number;
}

/**
 * Opens a page as somebody does who has never been there, and counts its scripts. Of bytes, not of time: the same on every
 * machine, however busy.
 * @param context signed in
 */
export async function weighPage(context: BrowserContext, url: string): Promise<PageWeight> {
  return { first: await scriptBytes(context, url, "never idle"), whenIdle: await scriptBytes(context, url) };
}

async function scriptBytes(context: BrowserContext, url: string, idle?: "never idle"): Promise<number> {
  const page = await context.newPage();
  try {
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
    // As text: what tsx makes of a function here calls a helper that the page does not have.
    if (idle) await page.addInitScript({ content: "window.requestIdleCallback = () => 0;" });
    await page.goto(url, { waitUntil: "networkidle" });
    if (!idle) {
      await page.evaluate("new Promise((resolve) => requestIdleCallback(resolve))");
      await page.waitForLoadState("networkidle");
    }
    return await countScripts(page);
  } finally {
    await page.close();
  }
}

async function countScripts(page: Page): Promise<number> {
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map((entry) => entry as PerformanceResourceTiming)
      .map(({ name, encodedBodySize, decodedBodySize }) => ({ name, encodedBodySize, decodedBodySize }))
      .filter(({ name }) => new URL(name).pathname.endsWith(".js")),
  );
  const sum = (of: "encodedBodySize" | "decodedBodySize") =>
    scripts.reduce((total, script) => total + script[of], 0);
  if (sum("encodedBodySize") * 2 > sum("decodedBodySize"))
    throw new Error(`${page.url()}: its scripts are not compressed, or there are none`);
  return sum("encodedBodySize");
}
