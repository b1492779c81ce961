import { afterAll, beforeAll, expect, test } from "vitest";
import { GUIDES } from "@/features/docs/guide-list";
import { takePictures } from "./browser";
import { barriersOn, type Product, startProduct } from "./product";

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});

afterAll(() => product?.close());

test.each(GUIDES)("$path is for whoever has no account, and can be read by everybody", async ({ path }) => {
  const { page } = product.browser;
  const answer = await page.goto(product.server.url + path);
  expect(answer?.status()).toBe(200);
  expect(await page.locator("h1").count()).toBe(1);
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, `docs-${path.replaceAll("/", "-").slice(1)}`);
});

test("no guide leads to a page of this installation that is not there", async () => {
  const { page } = product.browser;
  const targets = new Set<string>();
  for (const { path } of GUIDES) {
    await page.goto(product.server.url + path);
    for (const link of await page.locator("a[href]").all()) {
      const target = new URL((await link.getAttribute("href")) ?? "", page.url());
      if (target.origin === product.server.url) targets.add(target.origin + target.pathname);
    }
  }
  for (const target of targets) expect((await fetch(target)).status, target).toBe(200);
});

test("the quick start names the address at which this installation is reached, and copies", async () => {
  const { page } = product.browser;
  await page.goto(`${product.server.url}/docs`);
  await page.getByText(`curl ${product.server.url}/api/v1/development/key`, { exact: false }).waitFor();
  await page.getByRole("tab", { name: "C#" }).click();
  await page
    .getByText(`GetAsync("${product.server.url}/api/v1/development/key")`, { exact: false })
    .waitFor();
});

test("the reference shows the operations from this installation's own files", async () => {
  const { page } = product.browser;
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(product.server.url) && !request.url().startsWith("data:"))
      elsewhere.push(request.url());
  });
  await page.goto(`${product.server.url}/docs/reference`);
  await page.getByText("List customers").first().waitFor();
  expect(elsewhere).toEqual([]);
  // What is tried goes to development unless somebody chooses otherwise.
  const chosen = page.locator("#reference .servers select");
  expect(await chosen.inputValue()).toBe(`${product.server.url}/api/v1/development`);
});
