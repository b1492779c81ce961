import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { takePictures, toasts } from "./browser";
import { barriersOn, becomeOwner, callStaging, createKey, type Product, startProduct } from "./product";

let product: Product;
let key: string;

beforeAll(async () => {
  product = await startProduct();
  await becomeOwner(product);
  key = await createKey(product, "Forms", ["Customer Write"]);
});

afterAll(() => product?.close());

/** Whether what a locator finds has the keyboard. */
const focused = (locator: { evaluate<R>(read: (element: Element) => R): Promise<R> }) =>
  expect.poll(() => locator.evaluate((element) => element === document.activeElement));

describe("A form", () => {
  beforeEach(async () => {
    const { page } = product.browser;
    await page.goto(`${product.server.url}/customers`);
    await page.getByRole("button", { name: "Create customer" }).first().click();
  });

  test("says beside each field what is wrong, goes to the first, and stops saying it once it is worked on", async () => {
    const dialog = product.browser.page.getByRole("dialog");
    const [environment, email] = [dialog.getByLabel("Environment"), dialog.getByLabel("Email")];
    const send = dialog.getByRole("button", { name: "Create customer" });
    await email.fill("nobody");
    await send.click();
    await dialog.getByText("Choose an environment", { exact: true }).waitFor();
    await dialog.getByText("Invalid email address").waitFor();
    await focused(environment).toBe(true);
    await takePictures(product.browser.page, "form-wrong-fields");
    expect(await barriersOn(product.browser.page)).toEqual([]);
    await environment.press("Enter");
    await product.browser.page.getByRole("option", { name: "Staging" }).click();
    await dialog.getByText("Choose an environment", { exact: true }).waitFor({ state: "detached" });
    await email.pressSequentially("@");
    await dialog.getByText("Invalid email address").waitFor({ state: "detached" });
    await send.click();
    await focused(email).toBe(true);
    expect(await email.inputValue()).toBe("nobody@");
  });

  test("keeps what was typed where the network is lost, or the server refuses it, and says which", async () => {
    const { context, page, problems } = product.browser;
    const dialog = page.getByRole("dialog");
    const fill = async () => {
      await dialog.getByLabel("Environment").click();
      await page.getByRole("option", { name: "Staging" }).click();
      await dialog.getByLabel("Email").fill("once@acme.example");
      await dialog.getByLabel("Name").fill("Once");
    };
    const send = dialog.getByRole("button", { name: "Create customer" });
    await fill();
    await context.setOffline(true);
    await send.click();
    await dialog.getByRole("alert").getByText("You are offline. Connect, then try again.").waitFor();
    await takePictures(page, "form-offline");
    await context.setOffline(false);
    await send.click();
    await toasts(page).getByText("Created once@acme.example.").waitFor();
    await page.getByRole("button", { name: "Create customer" }).first().click();
    await fill();
    await send.click();
    await dialog
      .getByRole("alert")
      .getByText("There is a customer with this e-mail address already.")
      .waitFor();
    expect(await dialog.getByLabel("Email").inputValue()).toBe("once@acme.example");
    expect(await dialog.getByLabel("Name").inputValue()).toBe("Once");
    await takePictures(page, "form-refused");
    // Both refusals are asked for here.
    problems.splice(0);
  });
});

test("A key that is refused at the second look comes back with its form as it was, at the field that is wrong", async () => {
  const { page, problems } = product.browser;
  const { json } = await callStaging(product, key, "POST", "/customers", { email: "gone@acme.example" });
  await page.goto(`${product.server.url}/api-keys?create=1`);
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Scoped");
  await dialog.getByLabel("Environment", { exact: true }).click();
  await page.getByRole("option", { name: "Staging" }).click();
  await dialog.getByRole("button", { name: "Full access" }).click();
  await dialog.getByLabel("Allowed addresses").fill("10.0.0.1\nnonsense");
  await dialog.getByLabel("Allowed web origins").fill("https://app.acme.example\nnull");
  await dialog.getByRole("radio", { name: "Only these" }).check();
  await dialog.getByRole("button", { name: "Create key" }).click();
  await dialog.getByText("Choose at least one customer, or all of them").waitFor();
  await dialog.getByText("nonsense: Must be an IP address").waitFor();
  await dialog.getByText("null: Must be an origin such as").waitFor();
  await focused(dialog.getByRole("radio", { name: "Only these" })).toBe(true);
  await dialog.getByLabel("Allowed addresses").fill("10.0.0.1");
  await dialog.getByLabel("Allowed web origins").fill("https://App.acme.example/");
  await dialog.getByRole("option", { name: /gone@acme/ }).click();
  await dialog.getByRole("button", { name: "Create key" }).click();
  await dialog.getByText("A second look before “Scoped” exists").waitFor();
  await takePictures(page, "form-second-look");
  expect(await barriersOn(page)).toEqual([]);
  await callStaging(product, key, "DELETE", `/customers/${json.id}`);
  await dialog.getByRole("button", { name: "Create key" }).click();
  await dialog.getByText(/No such customer in this environment/).waitFor();
  await focused(dialog.getByRole("radio", { name: "Only these" })).toBe(true);
  expect(await dialog.getByLabel("Name", { exact: true }).inputValue()).toBe("Scoped");
  problems.splice(0);
});
