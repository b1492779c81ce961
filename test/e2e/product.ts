import { AxeBuilder } from "@axe-core/playwright";
import { type Answer, call, overNetwork, type PublicApi } from "@test/support/calls";
import { type Mount, startMount } from "@test/support/mounts";
import { createTestDatabase } from "@test/support/postgres";
import type { Page } from "playwright-core";
import { startBrowser, type TestBrowser } from "./browser";

export const OWNER = { email: "owner@acme.example", password: "correct horse battery" };

/** A freshly installed Keyward, and a browser in front of it. */
export interface Product {
  /** Connection string, as the owner of all tables. */
  databaseUrl: string;
  server: Mount;
  /** The public API. */
  api: PublicApi;
  browser: TestBrowser;
  close(): Promise<void>;
}

/**
 * Starts the built tree on an empty database, and a browser.
 * @param settings of the server; undefined leaves one of the mount's own unset
 */
export async function startProduct(settings: Record<string, string | undefined> = {}): Promise<Product> {
  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    const database = await createTestDatabase();
    opened.push(() => database.drop());
    const server = await startMount("main.ts", database.url, settings);
    opened.push(() => server.stop());
    const browser = await startBrowser();
    opened.push(() => browser.close());
    return { databaseUrl: database.url, server, api: overNetwork(server), browser, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The link for the first owner, as the terminal shows it, under the address at which the tests reach the server. */
export function setUpLink(server: Mount): string {
  const [link] = /http\S+\/setup#\S+/.exec(server.output()) ?? [];
  if (!link) throw new Error(`The server printed no link to set it up:\n${server.output()}`);
  return link.replace(/^http:..[^/]+/, server.url);
}

/** Follows that link, becomes {@link OWNER}, and is on the first page. */
export async function becomeOwner({ server, browser }: Pick<Product, "server" | "browser">): Promise<void> {
  const { page } = browser;
  await page.goto(setUpLink(server));
  await fillCreateOwner(page);
  await page.waitForURL(`${server.url}/`);
}

/** Signs in, and is on the first page. */
export async function signIn(
  page: Page,
  { url }: Pick<Mount, "url">,
  { email, password }: typeof OWNER = OWNER,
): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
}

/** Fills in the set-up page and sends it. */
export async function fillCreateOwner(page: Page): Promise<void> {
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Create owner" }).click();
}

/**
 * Creates a key, of staging unless told otherwise, with the dialog, and is on the list of keys then.
 * @param permissions By their names in the form.
 * @returns its secret
 */
export async function createKey(
  { server, browser }: Product,
  name: string,
  permissions: readonly string[],
  environment: "Production" | "Staging" | "Development" = "Staging",
): Promise<string> {
  const { page } = browser;
  await page.goto(`${server.url}/api-keys?create=1`);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Environment", { exact: true }).click();
  await page.getByRole("option", { name: environment }).click();
  for (const permission of permissions) {
    await page.getByRole("checkbox", { name: permission, exact: true }).check();
  }
  await page.getByRole("button", { name: "Create key" }).click();
  const revealed = page.getByTestId("revealed-key");
  const secondLook = page.getByRole("heading", { name: /^A second look/ });
  await revealed.or(secondLook).waitFor();
  if (await secondLook.isVisible()) await page.getByRole("button", { name: "Create key" }).click();
  const secret = (await revealed.textContent())?.trim() ?? "";
  await page.getByRole("button", { name: "I have stored it" }).click();
  await revealed.waitFor({ state: "hidden" });
  return secret;
}

/** A call of the public API in staging; `path` is below it. */
export function callStaging(
  { api }: Product,
  key: string,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  return call(api, method, `/staging${path}`, { key, body });
}

/**
 * What stands in the way of WCAG 2.2 AA on the page as it is, as far as a machine can tell. Examined in the page in one go: by
 * itself axe hands its findings on to a second page, where it writes out those of all rules that hold, which takes three times
 * as long and says nothing more.
 */
export async function barriersOn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ["violations"] })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
