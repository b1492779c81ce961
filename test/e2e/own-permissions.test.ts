import { afterAll, beforeAll, expect, test } from "vitest";
import { takePictures, toasts } from "./browser";
import { barriersOn, becomeOwner, createKey, type Product, startProduct } from "./product";

let product: Product;

beforeAll(async () => {
  product = await startProduct();
  await becomeOwner(product);
});
afterAll(() => product?.close());

test("An owner defines permissions of their own, gives a key one, and deletes none that a key holds", async () => {
  const { page } = product.browser;
  await page.goto(`${product.server.url}/settings#permissions`);
  const section = page.getByRole("region", { name: "Permissions" });
  await section.getByText("None is defined.").waitFor();
  for (const [name, label, includes] of [
    ["orders:read", "Order Read"],
    ["orders:write", "Order Write", "Order Read"],
  ]) {
    await section.getByRole("button", { name: "Define a permission" }).click();
    const dialog = page.getByRole("dialog", { name: "Define a permission" });
    await dialog.getByLabel("Name").fill("customers:all");
    await dialog.getByLabel("Label").fill(label ?? "");
    await dialog.getByRole("button", { name: "Define permission" }).click();
    await dialog.getByText("This resource is Keyward's own: choose another name").waitFor();
    await dialog.getByLabel("Name").fill(name ?? "");
    if (includes) await dialog.getByRole("checkbox", { name: includes }).check();
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "define-permission");
    await dialog.getByRole("button", { name: "Define permission" }).click();
    await dialog.waitFor({ state: "hidden" });
    await section
      .getByText(name ?? "", { exact: true })
      .first()
      .waitFor();
  }
  expect(await barriersOn(page)).toEqual([]);

  await createKey(product, "Shop", ["Customer Read", "Order Write"]);
  await page.getByRole("link", { name: "Shop" }).first().click();
  const table = page.getByRole("table").filter({ hasText: "Exercised" });
  await table
    .getByRole("row", { name: /^Order Write/ })
    .getByText("Never at the gate")
    .waitFor();
  await table
    .getByRole("row", { name: /^Order Read/ })
    .getByText("included in Order Write")
    .waitFor();
  await takePictures(page, "key-with-own-permission");

  await page.goto(`${product.server.url}/settings#permissions`);
  const remove = async (name: string) => {
    await section.getByRole("button", { name: `Delete ${name}` }).click();
    const dialog = page.getByRole("dialog", { name: `Delete ${name}?` });
    await dialog.getByRole("button", { name: "Delete" }).click();
    return dialog;
  };
  const held = await remove("orders:write");
  await held.getByText("1 key holds this permission. Take it away there first.").waitFor();
  await held.getByRole("button", { name: "Cancel" }).click();
  await section.getByRole("button", { name: "Edit orders:write" }).click();
  const edit = page.getByRole("dialog", { name: "Edit orders:write" });
  await edit.getByRole("checkbox", { name: "Order Read" }).uncheck();
  await edit.getByRole("button", { name: "Save changes" }).click();
  await toasts(page).getByText("Saved orders:write. It applies from the next call on.").waitFor();
  await remove("orders:read");
  await toasts(page).getByText("Deleted orders:read.").waitFor();
});
