import { call, overNetwork } from "@test/support/calls";
import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { addRequest } from "@test/support/requests";
import { expect } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import { createAdmin } from "@/server/services/admins";
import { checkFindings } from "@/server/services/findings";
import { createWebhook } from "@/server/services/webhooks";
import { startBrowser, type TestBrowser } from "./browser";
import { OWNER, signIn } from "./product";

/** A console with such rows, and a browser in which its owner is signed in. */
export interface LongRows {
  fixture: Fixture;
  server: Mount;
  browser: TestBrowser;
  close(): Promise<void>;
}

export async function startWithLongRows(): Promise<LongRows> {
  const fixture = await createFixture({}, new Date());
  await createAdmin(fixture.context(), { ...OWNER, role: "owner", name: "" });
  const server = await startMount("main.ts", fixture.databaseUrl);
  await fillWithLongRows(fixture, server);
  const browser = await startBrowser();
  await signIn(browser.page, server);
  const close = async () => {
    await browser.close();
    await server.stop();
    await fixture.close();
  };
  return { fixture, server, browser, close };
}

/** Rows that are longest in each of their cells, and enough keys for a list that scrolls. */
async function fillWithLongRows(fixture: Fixture, server: Mount): Promise<void> {
  const environment = "development";
  const tool = await fixture.key({
    name: "Nightly synchronisation of customers and licences with the accounting system",
    environment,
    permissions: ["licenses:manage", "licenses:validate", "customers:write", "telemetry:write", "jobs:write"],
    rateLimits: { minute: 60_000, hour: 600_000, day: 1_000_000 },
    expiresAt: new Date(Date.now() + 12 * DAY_MS).toISOString(),
  });
  for (let number = 1; number <= 15; number++)
    await fixture.key({ name: `Integration ${number}`, environment: "production" });
  const api = overNetwork(server);
  const send = async (path: string, body: object) => {
    const answer = await call(api, "POST", `/${environment}${path}`, { key: tool.secret, body });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.json;
  };
  const product = "A plug-in with an unusually long name for other editors";
  const { key: licenseKey } = await send("/licenses", {
    product,
    customer: {
      email: `${"a-rather-long-local-part".repeat(2)}@a-company-with-a-long-name.example`,
      name: "An unusually long name of a company that sells to other companies",
    },
    activationLimit: 10_000,
    expiresAt: "2090-01-01T00:00:00Z",
  });
  const identifier = "workstation-in-the-basement-of-the-second-building";
  await send("/licenses/activate", { key: licenseKey, identifier });
  const event = {
    product,
    version: "14.2.0-beta.3+build.20261128",
    type: "application.started.for.the.first.time",
  };
  await send("/telemetry", { events: [{ ...event, identifier, licenseKey: "NO-SUCH-LICENCE-KEY-AT-ALL" }] });
  await send("/jobs", { type: "licenses.generate", input: { product, count: 5 } });
  await addRequest(fixture, {
    at: new Date(),
    environment,
    keyId: tool.key.id,
    path: `/api/v1/${environment}/customers/cus_01jd8k3zv5e9t8q0w2y4r6p7m3/licenses`,
    query: "limit=100&search=a-company-with-a-long-name",
    address: "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    durationMs: 12_345.6,
    code: "permission_denied",
  });
  await createWebhook(fixture.context(), {
    environment,
    url: `https://hooks.a-company-with-a-long-name.example/${"a-rather-long-path/".repeat(6)}`,
    description: "An unusually long description of what this endpoint is for, and who looks after it",
    events: ["key.created", "license.revoked"],
  });
  await checkFindings(fixture.context());
}
