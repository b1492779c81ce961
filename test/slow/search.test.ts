import { createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/server/core/ids";
import type { KeyPrincipal } from "@/server/core/principal";
import { API_PLANNING, API_ROLE, type Databases } from "@/server/database/connections";
import { ensureCustomer, listCustomers } from "@/server/services/customers";
import { listLicenses } from "@/server/services/licenses";
import { listTelemetry } from "@/server/services/telemetry";

/** The figure of performance.md. */
const ROWS = 400_000;
const NOWHERE = "qqxqqzqq";

describe(`Among ${ROWS} customers and licences, under row-level security`, () => {
  let fixture: Fixture;
  let explaining: postgres.Sql;
  let databases: Databases;
  const plans: string[] = [];

  beforeAll(async () => {
    fixture = await createFixture({ DATABASE_POOL_SIZE: "10" });
    const fill = postgres(fixture.databaseUrl, { max: 1, onnotice: () => undefined });
    await fill`
      insert into customers (id, environment, email, name, created_at, updated_at)
      select 'cus_' || lpad(n::text, 26, '0'), 'staging', 'user' || n || '@' || md5(n::text) || '.example', 'Person ' || md5(n::text), now(), now()
      from generate_series(1, ${ROWS}) n`;
    await fill`
      insert into licenses (id, environment, key, product, customer_id, created_at, updated_at)
      select 'lic_' || lpad(n::text, 26, '0'), 'staging', md5(n::text) || '-' || n, 'product-' || n % 7, 'cus_' || lpad(n::text, 26, '0'), now(), now()
      from generate_series(1, ${ROWS}) n`;
    await fill`select ensure_telemetry_partitions(${fixture.clock.now().toISOString().slice(0, 10)}::date, 1)`;
    await fill`
      insert into telemetry_events (id, environment, received_at, type, at, license_id, customer_id, data, flags)
      select 'evt_' || lpad(n::text, 26, '0'), 'staging', ${fixture.clock.now()}, 'app.start', now(),
        'lic_' || lpad((n % 1000)::text, 26, '0'), null, '{}', '{}'
      from generate_series(1, 100000) n`;
    await fill`vacuum analyze telemetry_events`;
    await fill`vacuum analyze customers`;
    await fill`vacuum analyze licenses`;
    await fill.end();
    // As the staging pool, on a connection that tells the plan of each statement, those inside of functions too.
    explaining = postgres(fixture.databaseUrl, {
      max: 1,
      connection: {
        ...API_PLANNING,
        role: API_ROLE,
        "app.environment": "staging",
        session_preload_libraries: "auto_explain",
        "auto_explain.log_min_duration": "0",
        "auto_explain.log_nested_statements": "on",
        client_min_messages: "log",
      },
      onnotice: ({ message }) => void plans.push(message ?? ""),
    });
    const { staging } = fixture.runtime.databases.api;
    const { limits, dropped, watch } = staging;
    const told = Object.assign(drizzle(explaining), { limits, dropped, watch });
    databases = { ...fixture.runtime.databases, api: { ...fixture.runtime.databases.api, staging: told } };
  });
  afterAll(async () => {
    await explaining?.end();
    await fixture?.close();
  });

  const principal = (customers: KeyPrincipal["customers"] = null): KeyPrincipal => ({
    kind: "key",
    id: newId("key"),
    name: "",
    environment: "staging",
    permissions: ["customers:write", "licenses:manage"],
    customers,
  });
  const contextOf = (who: KeyPrincipal) => ({ ...fixture.context(who), databases });

  /** What the plans of the work read in full. */
  async function plansOf(work: () => Promise<unknown>): Promise<string> {
    plans.length = 0;
    await work();
    return plans.join("\n");
  }

  test.each([
    [
      "customers",
      "customers_search",
      (search: string) => listCustomers(contextOf(principal()), { search, limit: 20 }),
    ],
    [
      "licenses",
      "licenses_search",
      (search: string) => listLicenses(contextOf(principal()), { search, limit: 20, statuses: [] }),
    ],
  ])(
    "a search of %s that matches nothing, or a few, is answered by the index",
    async (table, index, list) => {
      const nothing = await plansOf(async () => expect((await list(NOWHERE)).data).toEqual([]));
      expect(nothing).toContain(`Bitmap Index Scan on ${index}`);
      expect(nothing).not.toContain(`Seq Scan on ${table}`);
      const needle = await plansOf(async () => {
        // The text of one row alone, which is among the oldest.
        const [row] = await fixture.runtime.databases.owner.$client`select md5('3') as text`;
        expect((await list(String(row?.text))).data).toHaveLength(1);
      });
      expect(needle).toContain(`Bitmap Index Scan on ${index}`);
      expect(needle).not.toContain(`Seq Scan on ${table}`);
    },
  );

  test("a licence is found by its customer, and by nobody's name, through the index of customers", async () => {
    const list = (search: string) =>
      listLicenses(contextOf(principal()), { search, limit: 20, statuses: [] });
    const nothing = await plansOf(async () => expect((await list(NOWHERE)).data).toEqual([]));
    const found = await plansOf(async () => {
      const [customer] = await fixture.runtime.databases.owner
        .$client`select email from customers where id like '%3' limit 1`;
      expect((await list(String(customer?.email))).data).toHaveLength(1);
    });
    for (const plan of [nothing, found]) {
      expect(plan).toContain("Bitmap Index Scan on customers_search");
      expect(plan).not.toMatch(/Seq Scan on (customers|licenses)/);
    }
  });

  test("the events of a licence that has sent none are found by its index", async () => {
    const reader = contextOf({ ...principal(), permissions: ["telemetry:read"] });
    const plan = await plansOf(async () =>
      expect((await listTelemetry(reader, { licenseId: newId("lic"), limit: 20 })).data).toEqual([]),
    );
    // Of the day's partition, by the name that Postgres gives it.
    expect(plan).toMatch(/Index Scan \w* ?using telemetry_events_\d+_license_id_received_at_id_idx/);
    expect(plan).not.toMatch(/Seq Scan on telemetry/);
  });

  test("a search that matches nearly all has its page from the order of the list", async () => {
    const plan = await plansOf(async () =>
      expect(
        (await listCustomers(contextOf(principal()), { search: "example", limit: 20 })).data,
      ).toHaveLength(20),
    );
    expect(plan).toContain("Index Scan Backward using customers");
    expect(plan).not.toMatch(/Seq Scan on customers|Sort/);
  });

  test("a search within a customer scope finds that customer alone, by its id", async () => {
    const id = `cus_${"3".padStart(26, "0")}` as const;
    const ctx = contextOf(principal([id]));
    const plan = await plansOf(async () => {
      expect((await listCustomers(ctx, { search: "example", limit: 20 })).data.map((one) => one.id)).toEqual([
        id,
      ]);
    });
    expect(plan).not.toContain("Seq Scan on customers");
    expect((await listCustomers(ctx, { search: NOWHERE, limit: 20 })).data).toEqual([]);
  });

  test("a licence for an e-mail finds its customer by the index", async () => {
    const ctx = contextOf(principal());
    const [row] = await fixture.runtime.databases.owner
      .$client`select email, id from customers where id like '%3' limit 1`;
    const plan = await plansOf(async () =>
      expect(
        await ensureCustomer(ctx, { environment: "staging", email: String(row?.email).toUpperCase() }),
      ).toBe(row?.id),
    );
    expect(plan).toContain("customers_email_key");
    expect(plan).not.toContain("Seq Scan on customers");
  });

  test("the function tells of no other environment, whoever calls it", async () => {
    const email = newEmail();
    await fixture.customer({ environment: "production", email });
    const [row] = await explaining`
      select search_candidates('customers', ${`%${email}%`}) as found, customer_with_email(${email}) as id`;
    expect(row).toEqual({ found: [], id: null });
  });
});
