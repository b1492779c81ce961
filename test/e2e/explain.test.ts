import type { Mount } from "@test/support/mounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestBrowser, takePictures } from "./browser";
import { barriersOn, becomeOwner, createKey, OWNER, type Product, startProduct } from "./product";

let product: Product;
let server: Mount;
let browser: TestBrowser;
let secret: string;
let refusedId: string;
let keyPath: string;

beforeAll(async () => {
  product = await startProduct();
  ({ server, browser } = product);
});

afterAll(() => product?.close());

const barriers = () => barriersOn(browser.page);

/** A call as an integration makes it, from an address that the proxy in front names. */
function callWith(method: string, path: string): Promise<Response> {
  return fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}`, "x-forwarded-for": "198.51.100.7" },
    ...(method === "POST" ? { body: '{"email":"new@acme.example"}' } : {}),
  });
}

const keyId = () => keyPath.split("/").pop();

describe("from a refused call to the key that it came with", () => {
  test("an integration is refused, and is told a request id", async () => {
    await becomeOwner(product);
    secret = await createKey(product, "Reporting", ["Customer Read", "License Read"]);
    expect((await callWith("GET", "/staging/customers")).status).toBe(200);
    const refused = await callWith("POST", "/staging/customers");
    expect(refused.status).toBe(403);
    refusedId = refused.headers.get("x-request-id") ?? "";
    expect(refusedId).toMatch(/^req_/);
  });

  test("the call is in Logs under its request id, with the check that refused", async () => {
    const { page } = browser;
    const row = page.getByRole("row", { name: "/customers" });
    // The log is written in batches: a moment after the answer.
    await expect
      .poll(
        async () => {
          await page.goto(`${server.url}/logs?requestId=${refusedId}`);
          await row.or(page.getByText("No call matches")).first().waitFor();
          return row.count();
        },
        { timeout: 15_000 },
      )
      .toBe(1);
    await row.getByRole("link").first().click();
    const sheet = page.getByRole("dialog", { name: "Call" });
    await sheet.getByText("403permission_denied").waitFor();
    const steps = await sheet.getByRole("listitem").allTextContents();
    expect(steps.slice(8, 10)).toEqual([
      expect.stringMatching(/^Rate limitpassed: 5\d of 60 left this minute$/),
      "Permissionpermission_denied",
    ]);
  });

  test("Explain tells the result then and the result now, and leads to the key", async () => {
    const { page } = browser;
    await page.getByRole("dialog", { name: "Call" }).getByRole("link", { name: "Explain" }).click();
    await page.waitForURL(`${server.url}/explain?requestId=${refusedId}`);
    const answer = page.getByRole("region", { name: "Answer" });
    await answer.getByText("Result now").waitFor();
    expect(await answer.getByRole("link", { name: "permission_denied" }).count()).toBe(2);
    expect(await answer.getByRole("listitem").allTextContents()).toHaveLength(20);
    expect(await barriers()).toEqual([]);
    await takePictures(page, "explain-request");
    await answer.getByRole("link", { name: "Open the key" }).click();
    await page.getByRole("heading", { name: "Reporting" }).waitFor();
    keyPath = new URL(page.url()).pathname;
  });

  test("what the key does not use is trimmed, and stands in Audit", async () => {
    const { page } = browser;
    await page.getByRole("button", { name: "Trim permissions" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^0 of 1 calls? in 30 days would have been refused\.$/).waitFor();
    await dialog.getByRole("button", { name: "Trim permissions" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("link", { name: "In Audit" }).click();
    const row = page.getByRole("row", { name: "Edited the key Reporting" });
    await row.getByText(OWNER.email).waitFor();
    await row.getByRole("link").first().click();
    const change = page.getByRole("dialog");
    await change.getByText("Before and after").waitFor();
    expect(await change.locator("del").textContent()).toContain("License Read");
    expect((await callWith("GET", "/staging/licenses")).status).toBe(403);
    expect((await callWith("GET", "/staging/customers")).status).toBe(200);
  });
});

describe("a call that nobody has made", () => {
  test("is put together, and the answer says why not", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/explain`);
    expect(await barriers()).toEqual([]);
    await takePictures(page, "explain");
    await page.getByRole("button", { name: "Simulate" }).click();
    await page.getByText("Choose the key that the call carries").waitFor();
    await page.getByRole("button", { name: "Key", exact: true }).click();
    await page.getByRole("option", { name: "Reporting" }).waitFor();
    expect(await barriers()).toEqual([]);
    await takePictures(page, "explain-keys");
    await page.getByRole("option", { name: "Reporting" }).click();
    // The key's own endpoint is offered; the address that is pasted names another.
    await page.getByLabel("Endpoint").getByText("Staging").waitFor();
    await page.getByRole("button", { name: "Key: Reporting" }).click();
    await page.getByRole("option", { name: "Reporting", checked: true }).waitFor();
    await page.getByLabel("Find a key by name").fill("of another name");
    await page.getByText("None matches.").waitFor();
    await page.getByLabel("Find a key by name").press("Enter");
    expect(await page.getByRole("option").count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.getByLabel("Path").fill(`${server.url}/api/v1/production/licenses/../customers?limit=2`);
    await page.getByLabel("Client address").fill("nonsense");
    await page.getByLabel("Origin").fill("app.example.com");
    await page.getByRole("button", { name: "Simulate" }).click();
    await page.getByText("Must be an IP address").waitFor();
    await page.getByText("Must be an origin such as").waitFor();
    await page.getByLabel("Origin").fill("https://App.example.com/");
    await page.getByLabel("Client address").fill("2001:db8::7");
    await page.getByRole("button", { name: "Simulate" }).click();
    const answer = page.getByRole("region", { name: "Answer" });
    await answer.getByRole("link", { name: "environment_mismatch" }).waitFor();
    expect(await answer.getByRole("listitem").nth(5).textContent()).toBe("Environmentenvironment_mismatch");
    expect(await answer.getByRole("listitem").nth(6).textContent()).toBe("Addressnot reached");
    expect(await answer.getByRole("listitem").nth(7).textContent()).toBe("Originnot reached");
    expect(await barriers()).toEqual([]);
    await takePictures(page, "explain-call");

    const { searchParams } = new URL(page.url());
    expect(searchParams.get("path")).toBe("/customers");
    expect(searchParams.get("address")).toBe("2001:db8::7");
    expect(searchParams.get("origin")).toBe("https://app.example.com");
    await page.getByLabel("Endpoint").click();
    await page.getByRole("option", { name: "Staging" }).click();
    await page.getByRole("button", { name: "Simulate" }).click();
    await answer.getByText("Let in").waitFor();
    await answer.getByText(/5\d of 60 left this minute/).waitFor();
    // Whoever works by keyboard goes on from the button, not from the top of the page.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Simulate");
    await page.goBack();
    await answer.getByRole("link", { name: "environment_mismatch" }).waitFor();
    await page.reload();
    await answer.getByRole("link", { name: "environment_mismatch" }).waitFor();
  });

  test("a key in the path stays out of the address bar, and unknown things are told as such", async () => {
    const { page, problems } = browser;
    await page.goto(`${server.url}/explain`);
    await page.getByRole("button", { name: "Key", exact: true }).click();
    await page.getByRole("option", { name: "No key" }).click();
    await page.getByLabel("Path").fill(`/customers/${secret}`);
    const whose = page.getByRole("dialog", { name: "Whose key is this?" });
    await whose.getByRole("link").first().waitFor();
    expect(page.url()).toBe(`${server.url}/explain`);
    await page.keyboard.press("Escape");
    await whose.waitFor({ state: "hidden" });
    await page.getByLabel("Path").fill("/x".repeat(1_000));
    await page.getByRole("button", { name: "Simulate" }).click();
    await page.getByText("Must be at most 1000 characters").waitFor();
    await page.getByLabel("Path").fill("/../../../nowhere");
    await page.getByRole("button", { name: "Simulate" }).click();
    await page.getByText("This path leads out of the endpoint").waitFor();
    await page.getByLabel("Path").fill("/nowhere");
    await page.getByRole("button", { name: "Simulate" }).click();
    await page.getByText("No route serves this method and path").waitFor();
    await page.getByLabel("Request id").fill("req_nonsense");
    await page.getByRole("button", { name: "Explain this call" }).click();
    await page.getByText("Must be of the form req_…").waitFor();
    await page.getByLabel("Request id").fill("req_01h2xcejqtf2nbrexx3vqjhp41");
    await page.getByRole("button", { name: "Explain this call" }).click();
    await page.getByText("This request id is not in the log").waitFor();
    // What the server answers 404 and 422 to is in the browser's console, and is what the page tells.
    expect(problems.filter((text) => !/ 4(04|22) /.test(text))).toEqual([]);
    problems.length = 0;
  });
});

describe("what became of the key since", () => {
  test("a call of the log can be changed and asked again, from the key's page too", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/explain?requestId=${refusedId}`);
    await page.getByRole("link", { name: "Change and ask" }).click();
    const answer = page.getByRole("region", { name: "Answer" });
    await answer.getByText("Simulated result").waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      keyId: keyId(),
      endpoint: "staging",
      method: "POST",
      path: "/customers",
      address: "198.51.100.7",
    });
    await page.getByRole("button", { name: "Key: Reporting" }).waitFor();
    await answer.getByRole("link", { name: "Edit its permissions" }).waitFor();
    await answer.getByRole("link", { name: "Open the key" }).click();
    await page.getByRole("link", { name: "Explain a call" }).waitFor();
    await takePictures(page, "explain-from-key");
    await page.getByRole("link", { name: "Explain a call" }).click();
    await page.getByRole("button", { name: "Key: Reporting" }).waitFor();
    await page.getByLabel("Endpoint").getByText("Staging").waitFor();
    await page.getByRole("button", { name: "Key: Reporting" }).click();
    await page.getByRole("option", { name: "Reporting", checked: true }).waitFor();
    await page.getByLabel("Find a key by name").fill("of another name");
    await page.getByText("None matches.").waitFor();
    await page.getByLabel("Find a key by name").press("Enter");
    expect(await page.getByRole("option").count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  });

  test("a revoked key is told of, with the way to reactivate it", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/api-keys/${keyId()}?do=revoke`);
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.goto(`${server.url}/explain?requestId=${refusedId}`);
    const answer = page.getByRole("region", { name: "Answer" });
    await answer.getByText("This is not what it said then").waitFor();
    await answer.getByText("This API key has been revoked.").waitFor();
    expect(await barriers()).toEqual([]);
    await takePictures(page, "explain-changed");
    await answer.getByRole("link", { name: "Its changes in Audit" }).waitFor();
    await answer.getByRole("link", { name: "Reactivate the key" }).click();
    await page.getByRole("dialog", { name: "Reactivate Reporting?" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
  });

  test("a failure to ask is told beside the last answer, and the next one that succeeds takes its place", async () => {
    const { page, context, problems } = browser;
    await page.goto(`${server.url}/explain?requestId=${refusedId}`);
    await page.getByText("Result now").waitFor();
    await context.setOffline(true);
    await page.getByRole("button", { name: "Ask again" }).click();
    const failure = page.getByRole("region", { name: "Answer" }).getByRole("alert");
    await failure.getByText("You are offline").waitFor();
    await takePictures(page, "explain-offline");
    await context.setOffline(false);
    await page.getByRole("button", { name: "Ask again" }).click();
    await failure.waitFor({ state: "detached" });
    expect(problems.filter((text) => !text.includes("ERR_INTERNET_DISCONNECTED"))).toEqual([]);
    problems.length = 0;
  });

  test("a deleted key is told of by its name, and its history is still there", async () => {
    const { page, problems } = browser;
    await page.goto(`${server.url}/api-keys/${keyId()}`);
    await page.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("Reporting");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.waitForURL(`${server.url}/api-keys`);
    await page.goto(`${server.url}/explain?requestId=${refusedId}`);
    await page.getByText("The key “Reporting” has been deleted since.").waitFor();
    await page.getByRole("link", { name: "Its changes in Audit" }).click();
    await page.getByRole("row", { name: "Deleted the key Reporting" }).waitFor();
    expect(problems).toEqual([]);
  });
});
