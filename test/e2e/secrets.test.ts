import { execFileSync } from "node:child_process";
import type { Locator, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateKey } from "@/server/core/key-format";
import { takePictures } from "./browser";
import { barriersOn, becomeOwner, createKey, type Product, startProduct } from "./product";

let product: Product;

beforeAll(async () => {
  // No public URL is set, as after the first start: the server can only guess how it is reached.
  product = await startProduct({ NEXTAUTH_URL: undefined });
  await becomeOwner(product);
});

afterAll(() => product?.close());

describe("The first call", () => {
  test("is shown on the first page for the environment that is shown or chosen, under the address that the page was opened by", async () => {
    const { page } = product.browser;
    await page.goto(product.server.url);
    await page.getByText(`curl ${product.server.url}/api/v1/development/key`).waitFor();
    const shown = page.getByRole("group", { name: "Records shown" });
    await shown.getByRole("button", { name: "Production" }).click();
    await page.getByText(`curl ${product.server.url}/api/v1/production/key`).waitFor();
    await shown.getByRole("button", { name: "All" }).click();
    await page.getByLabel("Environment of the key").click();
    await page.getByRole("option", { name: "Staging" }).click();
    await page.getByText(`curl ${product.server.url}/api/v1/staging/key`).waitFor();
    await takePictures(page, "overview-quick-start");
    expect(await barriersOn(page)).toEqual([]);
  });

  test("works as the reveal prints it, for a key whose environment nobody chose but its creator", async () => {
    const { page } = product.browser;
    await page.goto(`${product.server.url}/api-keys?create=1`);
    await page.getByLabel("Name", { exact: true }).fill("Trial");
    await page.getByRole("checkbox", { name: "Customer Read", exact: true }).check();
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("Choose an environment", { exact: true }).waitFor();
    await takePictures(page, "create-without-environment");
    await page.getByLabel("Environment", { exact: true }).click();
    await page.getByRole("option", { name: "Development" }).click();
    await page.getByRole("button", { name: "Create key" }).click();
    const reveal = page.getByRole("dialog", { name: "Copy your API key" });
    await reveal.getByText("Waiting for the first call").waitFor();
    await takePictures(page, "reveal-quick-start");
    expect(await barriersOn(page)).toEqual([]);
    const lines = async (tab: string) => {
      await reveal.getByRole("tab", { name: tab, exact: true }).click();
      return (await reveal.getByRole("tabpanel", { name: tab }).locator("pre").textContent()) ?? "";
    };
    const answer = execFileSync("bash", ["-c", await lines("curl")], { encoding: "utf8" });
    expect(JSON.parse(answer)).toMatchObject({ name: "Trial", environment: "development" });
    await reveal.getByText(/First call received: 200/).waitFor();
    const env = { ...process.env, KEYWARD_API_KEY: /KEYWARD_API_KEY=(.*)/.exec(await lines(".env"))?.[1] };
    const said = execFileSync(process.execPath, ["--input-type=module", "-e", await lines("JavaScript")], {
      encoding: "utf8",
      env,
    });
    expect(said).toMatch(/^200 [\s\S]*environment: 'development'/);
    await reveal.getByRole("button", { name: "I have stored it" }).click();
  });
});

test("Where all environments are shown, no form starts with one of them", async () => {
  const { page } = product.browser;
  const forms: [string, string, string][] = [
    ["/customers", "Create customer", "Create customer"],
    ["/customers", "Import customers", "Import"],
    ["/licenses", "Create licence", "Create licence"],
    ["/licenses", "Generate licences", "Generate"],
    ["/licenses", "Export", "Export"],
    ["/telemetry", "Export", "Export"],
  ];
  for (const [path, opener, submit] of forms) {
    await page.goto(product.server.url + path);
    await page.getByRole("button", { name: opener, exact: true }).first().click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByLabel("Environment", { exact: true }).textContent(), opener).toBe("Choose…");
    await dialog.getByRole("button", { name: submit, exact: true }).click();
    await dialog.getByText("Choose an environment", { exact: true }).waitFor();
  }
});

describe("A full key that is pasted", () => {
  let secret: string;
  const seen: Request[] = [];

  beforeAll(async () => {
    secret = await createKey(product, "Leaked somewhere", ["Customer Read"], "Development");
    product.browser.page.on("request", (request) => void seen.push(request));
  });

  /** Looks at the answer, sees that no address holds the key, and closes the dialog. */
  async function expectCaught(): Promise<Locator> {
    const { page } = product.browser;
    const dialog = page.getByRole("dialog", { name: "Whose key is this?" });
    await dialog.getByRole("link", { name: "Leaked somewhere" }).waitFor();
    await expect.poll(() => page.url(), { timeout: 10_000 }).not.toContain(secret.slice(-38, -6));
    return dialog;
  }

  test.each([
    ["/api-keys", "Search keys, owners, tags"],
    ["/logs", "Search path, query or refusal"],
    ["/audit", "Search name, id or request id"],
    ["/customers", "Search by e-mail or name"],
    ["/licenses", "Search licence key, product or id"],
    ["/jobs", "Search who started it, or an id"],
  ])("into the search of %s is told whose it is", async (path, label) => {
    const { page } = product.browser;
    await page.goto(product.server.url + path);
    await page.getByRole("searchbox", { name: label }).first().fill(`Bearer ${secret}`);
    const dialog = await expectCaught();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await page.getByRole("searchbox", { name: label }).first().inputValue()).toBe("");
  });

  test("into the palette, into a path of Explain, and into its own entry on the page of keys, too", async () => {
    const { page } = product.browser;
    await page.goto(`${product.server.url}/explain`);
    await page.getByLabel("Path").fill(`/customers/${secret}`);
    await expectCaught();
    await page.keyboard.press("Escape");
    await page.getByLabel("Request id").fill(secret);
    await expectCaught();
    await page.goto(`${product.server.url}/api-keys`);
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Search or run a command").fill(secret);
    await expectCaught();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Whose key is this?" }).click();
    const dialog = page.getByRole("dialog", { name: "Whose key is this?" });
    await dialog.getByLabel("Key").fill("nothing of the kind");
    await page.keyboard.press("Enter");
    await dialog.getByText("This does not hold a key").waitFor();
    await dialog.getByLabel("Key").fill(`401 for ${secret} at noon`);
    await page.keyboard.press("Enter");
    await expectCaught();
    await takePictures(page, "whose-key");
    expect(await barriersOn(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Look up another" }).click();
    await dialog.getByLabel("Key").fill(generateKey("kw", "production"));
    await page.keyboard.press("Enter");
    await dialog.getByText("Not one of ours.").waitFor();
    await dialog.getByRole("button", { name: "Look up another" }).click();
    await dialog.getByLabel("Key").fill(secret.slice(0, -12));
    await page.keyboard.press("Enter");
    await dialog.getByText("Not a whole key.").waitFor();
    await takePictures(page, "whose-key-damaged");
    await dialog.getByRole("link", { name: "the keys that begin with" }).click();
    await page.getByRole("link", { name: "Leaked somewhere" }).waitFor();
  });

  test.each([
    ["percent-encoded, behind a blank", () => `%20${secret}`],
    ["behind a line end of JSON", () => String.raw`\n${secret}`],
    ["with a capital of the phone's", () => `K${secret.slice(1)}`],
    ["without its checksum", () => secret.slice(0, -6)],
  ])("is known %s", async (_, pasted) => {
    const { page } = product.browser;
    await page.goto(`${product.server.url}/api-keys`);
    await page.getByRole("searchbox", { name: "Search keys, owners, tags" }).first().fill(pasted());
    await expectCaught();
  });

  test("is asked about again after the question was lost, and the answer is shown", async () => {
    const { page } = product.browser;
    await page.goto(`${product.server.url}/api-keys`);
    await page.route("**/api/trpc/keys.identify*", (route) => route.abort(), { times: 1 });
    await page.getByRole("searchbox", { name: "Search keys, owners, tags" }).first().fill(secret);
    const dialog = page.getByRole("dialog", { name: "Whose key is this?" });
    await dialog.getByRole("button", { name: "Try again" }).click();
    await expectCaught();
    expect(await dialog.getByRole("alert").count()).toBe(0);
  });

  test("in a link that somebody else made leaves the address and the history at once", async () => {
    const { page } = product.browser;
    // The visit itself is the other's doing; what is counted below is what the console asks for.
    const visit = `${product.server.url}/logs?search=${secret}&level=error`;
    await page.goto(`${product.server.url}/audit`);
    await page.goto(visit);
    await expectCaught();
    await page.waitForURL(`${product.server.url}/logs`);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("searchbox", { name: "Search path, query or refusal" }).inputValue()).toBe(
      "",
    );
    await page.getByRole("link", { name: "Audit" }).first().click();
    await page.waitForURL(/audit/);
    await page.goBack();
    await page.waitForURL(`${product.server.url}/logs`);
    await page.goBack();
    await page.waitForURL(`${product.server.url}/audit`);
    for (let i = seen.length - 1; i >= 0; i--) if (seen[i]?.url() === visit) seen.splice(i, 1);
  });

  test("can be cut off from there at once", async () => {
    const { page } = product.browser;
    const dialog = page.getByRole("dialog", { name: "Whose key is this?" });
    await page.goto(`${product.server.url}/api-keys`);
    await page.getByRole("button", { name: "Whose key is this?" }).click();
    await dialog.getByLabel("Key").fill(secret);
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Revoke" }).click();
    const revoke = page.getByRole("dialog", { name: "Revoke Leaked somewhere?" });
    await revoke.getByRole("button", { name: "Revoke", exact: true }).click();
    await revoke.waitFor({ state: "hidden" });
    const headers = { authorization: `Bearer ${secret}` };
    expect((await fetch(`${product.server.url}/api/v1/development/key`, { headers })).status).toBe(401);
  });

  test("was in no address that was asked for, and in the bodies of its own look-up alone", () => {
    const random = secret.slice(-38, -6);
    expect(seen.length).toBeGreaterThan(50);
    expect(seen.filter((request) => decodeURIComponent(request.url()).includes(random))).toEqual([]);
    const carriers = seen.filter((request) => request.postData()?.includes(random));
    expect(new Set(carriers.map((request) => new URL(request.url()).pathname))).toEqual(
      new Set(["/api/trpc/keys.identify"]),
    );
    expect(product.server.output()).not.toContain(random);
  });
});
