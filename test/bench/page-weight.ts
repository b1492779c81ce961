import { startMount } from "@test/support/mounts";
import { MAIN_PAGES, weighPage } from "@test/support/page-weight";
import { startBrowser } from "../e2e/browser";
import { becomeOwner } from "../e2e/product";
import type { Result } from "./result";

/** What the console's pages bring along, read by a real browser from the built server. */
export async function pageWeightBenchmarks(databaseUrl: string): Promise<Result[]> {
  const server = await startMount("main.ts", databaseUrl);
  const browser = await startBrowser();
  try {
    await becomeOwner({ server, browser });
    const results: Result[] = [];
    for (const path of MAIN_PAGES) {
      const { first, whenIdle } = await weighPage(browser.context, `${server.url}${path}`);
      results.push({
        what: `JavaScript of ${path}, compressed`,
        figure: first / 1_000,
        unit: "kB",
        bar: 200,
        aim: 150,
        kind: "cost",
        detail: `${Math.round(whenIdle / 1_000)} kB with what is fetched when the page is idle`,
      });
    }
    return results;
  } finally {
    await browser.close();
    await server.stop();
  }
}
