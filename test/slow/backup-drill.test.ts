import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runCli } from "@test/cli/run";
import { contentOf } from "@test/server/services/backup/support";
import { call, inProcess } from "@test/support/calls";
import { keyPrincipal } from "@test/support/fixture";
import { createTestDatabase } from "@test/support/postgres";
import { expect, inject, onTestFinished, test } from "vitest";
import { readEnv } from "@/env";
import { createLogger } from "@/server/core/logger";
import { withTransaction } from "@/server/database/session";
import { fillDemo } from "@/server/demo/fill";
import { findEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { openRuntime } from "@/server/runtime/open";
import { backgroundContextFor, contextFor } from "@/server/runtime/runtime";
import { loadSecrets } from "@/server/runtime/secrets-file";
import { verifyAudit } from "@/server/services/audit";
import { createCustomer, listCustomers } from "@/server/services/customers";
import { createKey } from "@/server/services/keys";
import { createLicense } from "@/server/services/licenses";

const silent = createLogger("silent");

async function cli(args: string[], settings: Record<string, string>) {
  const outcome = await runCli(args, { NODE_ENV: "test", ...settings });
  expect(outcome).toMatchObject({ code: 0, stderr: "" });
  return outcome.stdout;
}

test("The drill: backed up while it is written to, restored elsewhere and back again, an installation is the same row by row, and works", async () => {
  const directory = mkdtempSync(path.join(inject("scratchDirectory"), "drill-"));
  const passphrase = path.join(directory, "passphrase");
  writeFileSync(passphrase, "correct horse battery staple\n");
  const file = (name: string) => path.join(directory, name);
  const secretly = ["--passphrase-file", passphrase];

  const source = await openRuntime(
    readEnv({ NODE_ENV: "test", DATA_DIR: file("first") }),
    silent,
    "installation",
  );
  let secret = "";
  const sourceContent = await (async () => {
    try {
      const ctx = backgroundContextFor(source, "command line");
      await fillDemo(ctx, { seed: "drill", owner: null, add: false });
      ({ secret } = await createKey(ctx, {
        name: "Kept",
        environment: "staging",
        permissions: ["customers:read"],
      }));
      let isWriting = true;
      const writer = (async () => {
        for (let count = 0; isWriting; count++) {
          await withTransaction(ctx, async (ctx) => {
            const customer = await createCustomer(ctx, {
              environment: "staging",
              email: `drill-${count}@acme.example`,
              name: "Drill",
            });
            await createLicense(ctx, {
              environment: "staging",
              product: "drill",
              customerId: customer.id,
              activationLimit: 1,
            });
          });
        }
      })();
      await cli(["backup", file("one.age"), "--include-secrets", ...secretly], { DATA_DIR: file("first") });
      isWriting = false;
      await writer;
      return await contentOf((await findEmbeddedPostgres(file("first"))) ?? "");
    } finally {
      await source.close();
    }
  })();

  // Embedded to given.
  const database = await createTestDatabase({ migrated: false });
  onTestFinished(() => database.drop());
  const { keyPepper } = loadSecrets(file("first"));
  const given = { DATABASE_URL: database.url, KEY_PEPPER: keyPepper };
  await cli(["restore", file("one.age"), ...secretly], given);
  const restored = await contentOf(database.url);
  for (const table of [
    "api_keys",
    "admins",
    "requests",
    "usage_hourly",
    "usage_totals",
    "telemetry_events",
    "job_result_parts",
  ]) {
    expect({ table, ...restored[table] }).toEqual({ table, ...sourceContent[table] });
  }

  // And back: given to embedded. Row by row the same, in every table.
  await cli(["backup", file("two.age"), "--include-secrets", ...secretly], given);
  const before = await contentOf(database.url);
  await cli(["restore", file("two.age"), ...secretly], { DATA_DIR: file("second") });
  expect(loadSecrets(file("second")).keyPepper).toBe(keyPepper);

  // Opened as a server would: with the pepper that came with it.
  const runtime = await openRuntime(
    readEnv({ NODE_ENV: "test", DATA_DIR: file("second") }),
    silent,
    "installation",
  );
  onTestFinished(() => runtime.close());
  expect(await contentOf((await findEmbeddedPostgres(file("second"))) ?? "")).toEqual(before);
  expect(runtime.databases.isolation.kind).toBe("logins");
  const answer = await call(inProcess({ runtime }), "GET", "/staging/key", { key: secret });
  expect([answer.status, answer.json.name]).toEqual([200, "Kept"]);
  const ctx = backgroundContextFor(runtime, "command line");
  expect(await verifyAudit(ctx)).toMatchObject({ complete: true, broken: null });
  const [drilled] = await runtime.databases.owner.$client<{ customers: number; licenses: number }[]>`
    select (select count(*)::int from customers where name = 'Drill') as customers,
      (select count(*)::int from licenses where product = 'drill') as licenses`;
  expect(drilled?.customers).toBe(drilled?.licenses);
  const asKey = contextFor(runtime, keyPrincipal({ environment: "production" }));
  const seen = await listCustomers(asKey, { limit: 100 });
  expect(seen.data.length).toBeGreaterThan(0);
  expect(new Set(seen.data.map(({ environment }) => environment))).toEqual(new Set(["production"]));
});
