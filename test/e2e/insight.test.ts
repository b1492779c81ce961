import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { countCalls, logCalls } from "@test/support/usage";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DAY_MS, MINUTE_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import type { KeyView } from "@/contracts/keys";
import type { Permission } from "@/contracts/permissions";
import { insertJob } from "../server/jobs/support";
import { sqlOf } from "../server/services/support";
import { startBrowser, type TestBrowser, takePictures } from "./browser";
import { barriersOn, OWNER, signIn } from "./product";

let fixture: Fixture;
let server: Mount;
let browser: TestBrowser;
let billing: KeyView;

const ago = (ms: number) => new Date(Date.now() - ms);

/** A key that was made so many days ago, as the server's real clock counts them. */
async function oldKey(
  name: string,
  environment: Environment,
  permissions: Permission[],
  daysOld: number,
): Promise<KeyView> {
  const { key } = await fixture.key({ name, environment, permissions, rateLimits: { minute: 120 } });
  await sqlOf(
    fixture,
  )`update api_keys set created_at = ${ago(daysOld * DAY_MS).toISOString()} where id = ${key.id}`;
  return key;
}

/** A month of calls of one key, the last three minutes ago: busier at noon than at night, some refused, a few failed. */
async function month(key: KeyView): Promise<void> {
  const calls = Array.from({ length: 30 * 24 }, (_, hours) => {
    const at = ago((hours * 60 + 3) * MINUTE_MS);
    const volume = 20 + Math.round(18 * Math.sin(((at.getUTCHours() - 6) / 24) * 2 * Math.PI));
    const common = { key, environment: key.environment, at };
    return [
      { ...common, calls: volume, durationMs: volume * 4 },
      ...(hours % 5 === 0 ? [{ ...common, calls: 2, status: 404, code: "not_found" as const }] : []),
      ...(hours % 9 === 0 ? [{ ...common, calls: 3, status: 429, code: "rate_limited" as const }] : []),
      ...(hours % 40 === 0 ? [{ ...common, calls: 1, status: 500, code: "internal" as const }] : []),
    ];
  });
  await countCalls(fixture, calls.flat());
}

/** The server looks at the keys by itself once it has started; what it found is taken back, to be found by a person. */
async function forgetFirstRound(): Promise<void> {
  const ended = () =>
    sqlOf(fixture)`select from settings where name = 'findings.round' and value ->> 'after' is null`;
  await vi.waitFor(async () => expect(await ended()).toHaveLength(1), { timeout: 30_000 });
  await sqlOf(fixture)`delete from findings`;
}

beforeAll(async () => {
  fixture = await createFixture({}, new Date());
  const sql = sqlOf(fixture);
  billing = await oldKey("Billing sync", "production", ["customers:write", "licenses:read"], 90);
  await month(billing);
  const ada = await fixture.customer({ environment: "production", email: "ada@acme.example" });
  await logCalls(
    fixture,
    Array.from({ length: 300 }, (_, call) => ({
      key: billing,
      at: ago(call * MINUTE_MS),
      route: call % 3 === 0 ? "GET /customers/{id}" : "GET /customers",
      address: call % 5 === 0 ? "198.51.100.4" : "203.0.113.7",
      customers: [ada.id],
    })),
  );
  await sql`
    update api_keys set last_used_at = ${ago(3 * MINUTE_MS).toISOString()}, last_used_ip = '203.0.113.7', last_used_route = 'GET /customers'
    where id = ${billing.id}`;
  const job = await insertJob(sql, billing.id, "production");
  // Before the 30 days: within them it would prove that the key needs what the job took.
  await sql`update job_records set created_at = ${ago(40 * DAY_MS).toISOString()} where id = ${job}`;
  await oldKey("Spare for the fire drill", "staging", ["licenses:validate"], 20);
  const app = await oldKey("Desktop app", "production", ["customers:read"], 200);
  await sql`
    insert into key_exposures (key_id, place, first_seen_at, last_seen_at, last_request_id, calls)
    values (${app.id}, 'query', ${ago(DAY_MS).toISOString()}, ${ago(60 * MINUTE_MS).toISOString()}, 'req_01jd8k3zv5e9t8q0w2y4r6p7m3', 7)`;
  await sql`update api_keys set last_used_at = ${ago(DAY_MS).toISOString()} where id = ${app.id}`;
  server = await startMount("main.ts", fixture.databaseUrl, {
    ADMIN_EMAIL: OWNER.email,
    ADMIN_PASSWORD: OWNER.password,
  });
  browser = await startBrowser();
  await signIn(browser.page, server);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await fixture?.close();
});

describe("an administrator", () => {
  test("has the keys looked at, and finds what is worth a look, with its evidence", async () => {
    const { page } = browser;
    await forgetFirstRound();
    await page.goto(`${server.url}/api-keys/findings`);
    await page.getByText("Nothing wants attention").waitFor();
    await takePictures(page, "findings-none");
    await page.getByRole("button", { name: "Check now" }).click();
    const table = page.getByRole("table", { name: "Findings" });
    await table.getByText("Seen in a query string").waitFor();
    await table.getByText(/its \d\d,\d+ calls needed Customer Read/).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "findings");
  });

  test("narrows the list in the address bar, and is led back where nothing matches", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/api-keys/findings?severities=high&kinds=dormant`);
    await page.getByText("No finding matches").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByRole("table", { name: "Findings" }).waitFor();
    expect(new URL(page.url()).search).toBe("");
  });

  test("mutes what is known, with a reason, and finds it again among the muted", async () => {
    const { page } = browser;
    const row = page.getByRole("row", { name: /Never used/ });
    await row.getByRole("button", { name: "Mute: Spare for the fire drill" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Mute", exact: true }).click();
    await dialog.getByText("Must not be empty").waitFor();
    await dialog.getByLabel("Why is it all right?").fill("It is for the fire drill");
    await takePictures(page, "finding-mute");
    await dialog.getByRole("button", { name: "Mute", exact: true }).click();
    // First the dialog: while it is open, nothing behind it can be found.
    await dialog.waitFor({ state: "hidden" });
    await row.waitFor({ state: "hidden" });
    await page.goto(`${server.url}/api-keys/findings?muted=true`);
    await page.getByText("“It is for the fire drill”").waitFor();
  });

  test("sees on the first page how things are, and narrows the time in the address bar", async () => {
    const { page } = browser;
    await page.goto(server.url);
    await page.getByRole("figure", { name: "Calls per hour" }).waitFor();
    await page.getByText("Desktop app").first().waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "overview");
    await page.getByText("30 d", { exact: true }).click();
    await page.getByRole("figure", { name: "Calls per day" }).waitFor();
    expect(new URL(page.url()).searchParams.get("span")).toBe("30d");
    await takePictures(page, "overview-30d");
  });

  test("sees on the key's page its calls, and when each permission was exercised", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/api-keys/${billing.id}?span=7d`);
    await page.getByRole("figure", { name: "Calls per hour" }).waitFor();
    const permissions = page.getByRole("table").filter({ hasText: "Exercised" });
    await permissions
      .getByRole("row", { name: /License Read/ })
      .getByText("Never")
      .waitFor();
    await permissions
      .getByRole("row", { name: /included in Customer Write/ })
      .getByText(/min ago/)
      .waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "key-insight");
  });

  test("reads what cutting the key off would cut", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/api-keys/${billing.id}?do=revoke`);
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("row", { name: /^Calls \d+ 300$/ }).waitFor();
    await dialog.getByRole("row", { name: /^203\.0\.113\.7 \d+ 240$/ }).waitFor();
    await dialog.getByRole("row", { name: /^ada@acme\.example \d+ 300$/ }).waitFor();
    expect(new URL(page.url()).search).toBe("");
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "key-revoke-traffic");
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  test("tries another limit and other permissions on past calls before they are saved", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/api-keys/${billing.id}?do=edit`);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Per day").fill("250");
    await dialog.getByText(/of 300 calls in the last [^.]+ would have been refused/).waitFor();
    await dialog.getByLabel("Customer Write").uncheck();
    await dialog.getByText(/^\d\d,\d+ of \d\d,\d+ calls in 30 days would have been refused\.$/).waitFor();
    await dialog.getByLabel("Customer Read").check();
    await dialog.getByText(/^0 of \d\d,\d+ calls in 30 days would have been refused\.$/).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "key-edit-replay");
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  test("trims the key from its finding, sees the proof, and the finding is gone", async () => {
    const { page, problems } = browser;
    await page.goto(`${server.url}/api-keys/findings?kinds=over_privileged`);
    await page.getByRole("link", { name: "Trim permissions: Billing sync" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^0 of \d\d,\d+ calls in 30 days would have been refused\.$/).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await takePictures(page, "key-trim");
    await dialog.getByRole("button", { name: "Trim permissions" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("Customer Write").first().waitFor();
    await expect.poll(() => page.getByText("More permissions than it uses").count()).toBe(0);
    expect(await page.getByRole("row", { name: /Customer Read/ }).count()).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });
});
