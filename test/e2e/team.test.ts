import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser, type TestBrowser, takePictures, toasts } from "./browser";
import { barriersOn, becomeOwner, type Product, signIn, startProduct } from "./product";

const ADA = { email: "ada@acme.example", password: "a sentence is a good password" };

let product: Product;
/** The owner's page, and that of whoever is invited. */
let page: Page;
let other: TestBrowser;
let link = "";

beforeAll(async () => {
  product = await startProduct();
  other = await startBrowser();
  ({ page } = product.browser);
  await becomeOwner(product);
});

afterAll(async () => {
  await other?.close();
  await product?.close();
});

async function choose(within: Page, label: string, option: string): Promise<void> {
  await within.getByLabel(label, { exact: true }).click();
  await within.getByRole("option", { name: option, exact: true }).click();
}

async function act(email: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${email}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("An owner invites somebody by environment, and gets a link that is shown once", async () => {
  await page.goto(`${product.server.url}/team`);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByLabel("Email").fill("owner@ACME.example");
  await choose(page, "Where", "A role in each environment");
  await page.getByRole("button", { name: "Make invitation" }).click();
  await page.getByText("Choose a role in at least one environment").waitFor();
  await choose(page, "Production", "Viewer");
  await choose(page, "Staging", "Admin");
  await page.getByRole("button", { name: "Make invitation" }).click();
  await page.getByText("There is an administrator with this e-mail address already.").waitFor();
  await page.getByLabel("Email").fill(ADA.email);
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "team-invite");
  await page.getByRole("button", { name: "Make invitation" }).click();
  link = (await page.getByTestId("invitation-link").textContent()) ?? "";
  expect(link).toMatch(/^http:\/\/[^/]+\/invite#[\w-]{43}$/);
  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("listitem").filter({ hasText: ADA.email });
  expect(await row.textContent()).toContain("Viewer in production, Admin in staging");
  expect(await page.content()).not.toContain(link.split("#")[1]);
});

test("A link that another replaced leads nowhere, and says what to do", async () => {
  const dead = link;
  await page.getByRole("button", { name: `New link for ${ADA.email}` }).click();
  link = (await page.getByTestId("invitation-link").textContent()) ?? "";
  await page.getByRole("button", { name: "Done" }).click();
  await other.page.goto(dead.replace(/^http:..[^/]+/, product.server.url));
  await other.page.getByText("Ask whoever invited you for a new link.").waitFor();
  // The refusal itself, which a browser reports.
  expect(other.problems.splice(0).filter((problem) => !problem.includes("404"))).toEqual([]);
});

test("Whoever is invited joins with a name and a password, and sees the environments of their role alone", async () => {
  const token = link.split("#")[1] ?? "";
  const asked: string[] = [];
  other.page.on("request", (request) => asked.push(`${request.url()} ${request.headers().referer ?? ""}`));
  // In the tab that shows the dead link: only what stands behind the # is another.
  await other.page.goto(link.replace(/^http:..[^/]+/, product.server.url));
  await other.page
    .getByText("ada@acme.example is invited as Viewer in production, Admin in staging")
    .waitFor();
  expect(new URL(other.page.url()).hash).toBe("");
  expect(await barriersOn(other.page)).toEqual([]);
  await takePictures(other.page, "team-accept");
  await other.page.getByRole("button", { name: "Join" }).click();
  await other.page.getByText("Must not be empty").waitFor();
  await other.page.getByLabel("Name").fill("Ada");
  await other.page.getByLabel("Password").fill("short");
  await other.page.getByRole("button", { name: "Join" }).click();
  await other.page.getByText("Must be at least 12 characters").waitFor();
  await other.page.getByLabel("Password").fill(ADA.password);
  await other.page.getByRole("button", { name: "Join" }).click();
  await other.page.getByRole("heading", { name: "Overview" }).waitFor();
  const shown = other.page.getByRole("group", { name: "Records shown" });
  expect(await shown.getByRole("button").allTextContents()).toEqual(["All", "Production", "Staging"]);
  expect(await other.page.getByRole("link", { name: "Team" }).count()).toBe(0);
  await other.page.goto(`${product.server.url}/team`);
  await other.page.getByText("Your role does not include the team").waitFor();

  expect(asked.length).toBeGreaterThan(5);
  expect(asked.join("\n")).not.toContain(token);
  expect(product.server.output()).not.toContain(token);
  await other.page.goto(link.replace(/^http:..[^/]+/, product.server.url));
  await other.page.getByText("This link does not work").waitFor();
});

test("The list tells who is there; a changed role is in words, and signs out", async () => {
  await other.page.goto(`${product.server.url}/customers`);
  await page.reload();
  await page.getByRole("table", { name: "Team" }).getByText("Ada", { exact: true }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await takePictures(page, "team");
  await act(ADA.email, "Change role");
  await choose(page, "Where", "One role in all environments");
  await choose(page, "Role", "Operator");
  await page.getByRole("button", { name: "Change role" }).click();
  await toasts(page).getByText("ada@acme.example is Operator now.").waitFor();
  await other.page.getByRole("link", { name: "Licences" }).click();
  await other.page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  await signIn(other.page, product.server, ADA);
});

test("Deactivated while a form is open: it says so and keeps what was typed, and the next press leads to the sign-in", async () => {
  await other.page.goto(`${product.server.url}/customers`);
  await other.page.getByRole("button", { name: "Create customer" }).first().click();
  await other.page.getByLabel("Email").fill("customer@acme.example");
  await choose(other.page, "Environment", "Staging");
  await act(ADA.email, "Deactivate");
  await page.getByText("They are signed out at once").waitFor();
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await page.getByText("Deactivated, and signed out everywhere.").first().waitFor();
  await other.page.getByRole("button", { name: "Create customer" }).last().click();
  await other.page.getByText("Sign in to continue.").waitFor();
  expect(await other.page.getByLabel("Email").inputValue()).toBe("customer@acme.example");
  await other.page.getByRole("button", { name: "Cancel" }).click();
  await other.page.getByRole("link", { name: "Licences" }).click();
  await other.page.waitForURL(/\/sign-in/);
  await other.page.getByText("Your session has ended").waitFor();
  await other.page.getByLabel("Email").fill(ADA.email);
  await other.page.getByLabel("Password").fill(ADA.password);
  await other.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await other.page.getByText("E-mail and password do not match.").waitFor();
});

test("The last owner is kept, a removed person is gone, and both are in words", async () => {
  await act("owner@acme.example", "Deactivate");
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await page.getByText("This is the last owner who can sign in.").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await act(ADA.email, "Remove");
  await page.getByLabel(/to confirm/).fill(ADA.email);
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("Removed. What they did stays in Audit.").first().waitFor();
  await page.getByRole("table", { name: "Team" }).getByText(ADA.email).waitFor({ state: "detached" });
  // 409 of the last owner, as browsers report it, and of the address that was there.
  expect(product.browser.problems.filter((problem) => !problem.includes("409"))).toEqual([]);
});
