import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Off: everything by which Chromium talks to its maker; a closed network would log it as failures. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A Chromium with an empty profile. */
export interface TestBrowser {
  context: BrowserContext;
  page: Page;
  /** What pages logged as errors, and what they threw. A browser test ends by finding none. */
  problems: string[];
  close(): Promise<void>;
}

/**
 * Starts the system's Chromium.
 * @throws Error naming CHROMIUM_PATH where there is none
 */
export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = CANDIDATES.find((candidate) => candidate && existsSync(candidate));
  if (!executablePath) throw new Error("No Chromium found; install it or set CHROMIUM_PATH.");
  const profile = mkdtempSync(path.join(tmpdir(), "keyward-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: FLAGS,
    viewport: { width: 1360, height: 860 },
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const problems: string[] = [];
  page.on("pageerror", (error) => void problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  return {
    context,
    page,
    problems,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/**
 * What the page says in passing, at its lower edge. For a second a copy of each stands elsewhere in the page, for screen
 * readers: a text that is looked for in the whole page may be found twice.
 */
export const toasts = (page: Page): Locator => page.getByRole("region", { name: /^Notifications/ });

/**
 * How far below the top of its form a button stands, in pixels. A press on a button that moves between the pointer going down
 * and up is a press on nothing, for a person as for a test.
 */
export const placeInForm = (button: Locator): Promise<number> =>
  button.evaluate((element) => {
    const form = element.closest("form");
    if (!form) throw new Error("It is in no form.");
    return element.getBoundingClientRect().top - form.getBoundingClientRect().top;
  });

/**
 * Waits until React has taken over what the server drew. Until then, which may be many seconds where the machine is busy, it
 * looks the same and follows nothing: no change of the window's width, no press.
 */
export async function hydrated(part: Locator): Promise<void> {
  const isReacts = () =>
    part.evaluate((element) => Object.keys(element).some((key) => key.startsWith("__react")));
  await expect.poll(isReacts, { timeout: 60_000 }).toBe(true);
}

/**
 * Waits until a page of the console is there for good. The server sends the shape of a page before what it is about; who
 * puts the focus into that shape loses it when the page comes in its place.
 */
export async function arrived(page: Page): Promise<void> {
  const first = page.locator("main button").first();
  await first.waitFor();
  await expect.poll(() => page.locator("main [aria-busy=true]").count(), { timeout: 60_000 }).toBe(0);
  await hydrated(first);
}

/** Waits until the page has been laid out and drawn as it is now. */
const drawn = (page: Page): Promise<void> =>
  page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );

const PICTURES = path.resolve("test-results");

/**
 * Shows a page in both themes, wide and narrow: what it logs as an error then is among the problems. A picture of each is put
 * into test-results/, for people to look at; not in CI, where nobody does, and they would take a fifth of the time.
 */
export async function takePictures(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [size, width] of [
      ["wide", 1360],
      ["narrow", 390],
    ] as const) {
      await page.setViewportSize({ width, height: 860 });
      if (process.env.CI) await drawn(page);
      else
        await page.screenshot({
          path: path.join(PICTURES, `${name}-${colorScheme}-${size}.png`),
          fullPage: true,
        });
    }
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 1360, height: 860 });
}
