import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { addRequest } from "@test/support/requests";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { RevealedKey } from "@/contracts/keys";
import type { Role } from "@/contracts/roles";
import { createAdmin } from "@/server/services/admins";
import { sqlOf } from "../server/services/support";
import { placeInForm, startBrowser, type TestBrowser, takePictures, toasts } from "./browser";
import { barriersOn, signIn } from "./product";

const PASSWORD = "correct horse battery";
const emailOf = (role: Role) => `${role}@acme.example`;

let fixture: Fixture;
let server: Mount;
let browser: TestBrowser;
let sync: RevealedKey;

beforeAll(async () => {
  fixture = await createFixture({}, new Date());
  for (const role of ["owner", "admin", "viewer"] as const) {
    await createAdmin(fixture.context(), { email: emailOf(role), password: PASSWORD, role, name: "" });
  }
  sync = await fixture.key({ name: "Nightly sync", rateLimits: { minute: 10_000 } });
  // Old enough for what the tests set, and not for maintenance, which has its own clock: it keeps 30 days.
  for (const daysAgo of [25, 24, 23])
    await addRequest(fixture, { at: new Date(Date.now() - daysAgo * DAY_MS) });
  server = await startMount("main.ts", fixture.databaseUrl);
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await fixture?.close();
});

async function signInAs(role: Role): Promise<void> {
  const { page, context } = browser;
  await context.clearCookies();
  await signIn(page, server, { email: emailOf(role), password: PASSWORD });
}

/** Makes a customer with the integration's key; every time another. */
async function post(): Promise<void> {
  const body = { email: `${crypto.randomUUID()}@ada.example`, metadata: { apiToken: "hush-hush" } };
  const answer = await fetch(`${server.url}/api/v1/staging/customers`, {
    method: "POST",
    headers: { authorization: `Bearer ${sync.secret}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(201);
}

describe("an owner", () => {
  test("is led from a call in Logs, of which nothing was kept, to where that is switched on", async () => {
    await signInAs("owner");
    await post();
    const { page } = browser;
    await expect.poll(() => sqlOf(fixture)`select 1 from requests where method = 'POST'`).toHaveLength(1);
    await page.goto(`${server.url}/logs`);
    await page.getByRole("row", { name: "/customers" }).getByRole("link").first().click();
    const sheet = page.getByRole("dialog", { name: "Call" });
    await sheet.getByText("No headers or bodies of this call were kept").waitFor();
    await takePictures(page, "log-nothing-kept");
    await sheet.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Request log" }).waitFor();
    expect(new URL(page.url()).pathname + new URL(page.url()).hash).toBe("/settings#request-log");
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "settings");
  });

  test("switches bodies on, and sees the body of a call made after that, redacted", async () => {
    const { page } = browser;
    const bodies = page.getByRole("switch", { name: "Keep bodies" });
    await bodies.focus();
    await page.keyboard.press("Space");
    await toasts(page).getByText("Bodies of new calls are kept, within five seconds.").waitFor();
    expect(await bodies.getAttribute("aria-checked")).toBe("true");
    expect(await page.getByRole("switch", { name: "Keep headers" }).getAttribute("aria-checked")).toBe(
      "false",
    );
    await takePictures(page, "settings-bodies");

    // The writer reads the settings again after five seconds.
    await expect
      .poll(
        async () => {
          await post();
          return sqlOf(fixture)`select 1 from requests where request_body is not null`;
        },
        { timeout: 20_000, interval: 500 },
      )
      .not.toHaveLength(0);
    await page.goto(`${server.url}/logs`);
    await page.getByRole("row", { name: "/customers" }).getByRole("link").first().click();
    const sheet = page.getByRole("dialog", { name: "Call" });
    await sheet.getByRole("heading", { name: "Request body" }).waitFor();
    const text = (await sheet.textContent()) ?? "";
    expect(text).toContain("@ada.example");
    expect(text).toContain('"apiToken": "[redacted]"');
    expect(text).not.toContain("hush-hush");
    await sheet.getByText("No headers of this call were kept").waitFor();
    await takePictures(page, "log-body-kept");
  });

  test("sees while typing what a shorter retention would drop, and is asked before it does", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/settings`);
    const field = page.getByLabel("Log of API calls, days");
    const save = page.getByRole("button", { name: "Save", exact: true });
    const place = await placeInForm(save);
    await field.fill("0");
    await page.getByText("Must be at least 1 day").waitFor();
    await takePictures(page, "settings-retention-wrong");
    await field.fill("1.5");
    await save.click();
    await page.getByText("Must be a whole number of days").waitFor();
    await field.fill("10");
    const planned = page.getByText(
      /The next maintenance would drop of the log: 3 days \(.* to .*\), \d+ kB, /,
    );
    await planned.waitFor();
    // What is told late moves Save from under no pointer.
    expect(await placeInForm(save)).toBe(place);
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "settings-retention");
    await save.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^of the log: 3 days \(/).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "settings-retention-asks");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    // What is announced is what is saved: nothing can be typed from the press of Save on.
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(/settings\.tryRetention/, async (route) => {
      await asked;
      await route.continue();
    });
    await save.click();
    await expect.poll(() => field.isEditable()).toBe(false);
    answer();
    await dialog.getByText(/^of the log: 3 days \(/).waitFor();
    await page.unroute(/settings\.tryRetention/);
    await dialog.getByRole("textbox").fill("drop");
    await dialog.getByRole("button", { name: "Save and drop" }).click();
    await dialog.waitFor({ state: "hidden" });
    await toasts(page).getByText("Saved. It applies from the next maintenance on.").waitFor();
    await field.fill("20");
    await save.click();
    await expect.poll(() => page.getByRole("button", { name: "Undo" }).count()).toBe(0);
    await page.reload();
    expect(await field.inputValue()).toBe("20");
  });

  test("sees the writer's figures move", async () => {
    const { page } = browser;
    const written = async () => {
      const row = page.locator("dl > div").filter({ hasText: "Written" });
      return Number((await row.locator("dd").last().textContent())?.replaceAll(",", ""));
    };
    const before = await written();
    expect(before).toBeGreaterThan(0);
    await post();
    await expect.poll(written, { timeout: 15_000 }).toBeGreaterThan(before);
  });

  test("finds each change in Audit, with before and after, and no page logged an error", async () => {
    const { page, problems } = browser;
    await page.goto(`${server.url}/audit`);
    const row = page.getByRole("row", { name: "Changed the settings Request log" });
    await row.getByText(emailOf("owner")).waitFor();
    await page.getByRole("row", { name: "Changed the settings Retention" }).first().waitFor();
    await row.getByRole("link").first().click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText("Before and after").waitFor();
    expect(await sheet.locator("del").textContent()).toBe("off");
    expect(await sheet.locator("ins").textContent()).toBe("on");
    await takePictures(page, "settings-audit");
    expect(problems).toEqual([]);
  });

  test("sets how much the log may grow, and is told on every page that matters once a day has taken it", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/settings`);
    const save = page.getByRole("button", { name: "Save limits" });
    const perDay = page.getByLabel("Log per day, MB");
    await page.getByText(/^\d+ of [\d,]+ MB today$/).waitFor();
    await page.getByLabel("Rows per minute without a known key").fill("many");
    await perDay.fill("3");
    await save.click();
    await page.getByText("Must be a whole number", { exact: true }).waitFor();
    await page.getByText("Must be at least 16 MB").waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "settings-log-limits-wrong");
    await page.getByLabel("Rows per minute without a known key").fill("60");
    await perDay.fill("16");
    await save.click();
    await toasts(page).getByText("Saved. Every process follows within five seconds.").waitFor();
    await page.reload();
    expect(await perDay.inputValue()).toBe("16");
    await page.getByText(/^\d+ of 16 MB today$/).waitFor({ timeout: 20_000 });
    await takePictures(page, "settings-log-limits");

    // A day's worth of rows of 2 KB, all at once.
    await sqlOf(fixture)`
      insert into requests (at, row_id, request_id, environment, method, path, status, duration_ms, request_bytes, response_bytes)
      select now(), gen_random_uuid(), 'req_filler', 'staging', 'GET', repeat(md5(n::text), 55), 200, 1, 0, 0
      from generate_series(1, 8800) as n`;
    const told = page.getByRole("note").filter({ hasText: "All calls are only counted until midnight UTC" });
    for (const path of ["/", "/api-keys/findings", "/logs"]) {
      await page.goto(server.url + path);
      // The server measures every five seconds, and a page asks it every thirty.
      await told.waitFor({ timeout: 45_000 });
      await told.getByText("of 16 MB today").waitFor();
    }
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "log-reduced");
    await told.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Request log" }).waitFor();
    await perDay.fill("");
    await save.click();
    await page.getByText(/^\d+ of [\d,]{3,} MB today$/).waitFor({ timeout: 20_000 });
  });
});

test.each(["viewer", "admin"] as const)(
  "%s finds no way to the settings, and at their address reads whom to ask",
  async (role) => {
    await signInAs(role);
    const { page, problems } = browser;
    const navigation = page.getByRole("navigation", { name: "Main" });
    await navigation.getByRole("link", { name: "Audit" }).waitFor();
    expect(await navigation.getByRole("link", { name: "Settings" }).count()).toBe(0);
    await page.goto(`${server.url}/settings`);
    await page.getByText("Your role does not include the settings").waitFor();
    await page.getByText("Ask an owner to give you one that does.").waitFor();
    expect(await page.getByRole("switch").count()).toBe(0);
    expect(await barriersOn(page)).toEqual([]);
    if (role === "viewer") await takePictures(page, "settings-not-allowed");
    expect(problems).toEqual([]);
  },
);
