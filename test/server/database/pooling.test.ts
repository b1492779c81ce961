import { call, expectProblem, inProcess } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CustomerView } from "@/contracts/customers";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { cleanText } from "@/contracts/text";
import { newId } from "@/server/core/ids";
import type { KeyPrincipal } from "@/server/core/principal";
import { API_ROLE, connectDatabases, type Database, type Databases } from "@/server/database/connections";
import { customers } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import { getKey } from "@/server/services/keys";

const PERMISSION_DENIED = "42501";

/** As a pooler in transaction mode has it: all share one connection, which is the owner's between transactions. */
describe("with DATABASE_POOLING=transaction", () => {
  const fixture = suiteFixture();
  let databases: Databases;
  let two: Record<Environment, [CustomerView, CustomerView]>;

  beforeAll(async () => {
    const pairs = ENVIRONMENTS.map(async (environment) => [
      environment,
      [await fixture.customer({ environment }), await fixture.customer({ environment })],
    ]);
    two = Object.fromEntries(await Promise.all(pairs));
    const pooled = connectDatabases(fixture.databaseUrl, { poolSize: 1, pooling: "transaction" });
    // Each pool with what its transactions say, on the owner's connection.
    const lent = (environment: Environment): Database =>
      Object.assign(Object.create(pooled.owner), { dropped: pooled.api[environment].dropped });
    databases = {
      ...pooled,
      api: {
        production: lent("production"),
        staging: lent("staging"),
        development: lent("development"),
      },
    };
  });
  afterAll(() => databases?.end());

  const keyOf = (environment: Environment, scope: Id<"cus">[] | null = null): KeyPrincipal => ({
    kind: "key",
    id: newId("key"),
    name: "",
    environment,
    permissions: [],
    customers: scope,
  });
  const idsOf = (principal: KeyPrincipal) =>
    withDatabase({ principal, databases }, async (db) =>
      (await db.select().from(customers).orderBy(customers.id)).map(({ id }) => id),
    );

  test("a query without any filter reads the rows of the key's environment, and only those", async () => {
    for (const environment of [...ENVIRONMENTS, ...ENVIRONMENTS]) {
      expect(await idsOf(keyOf(environment))).toEqual(two[environment].map(({ id }) => id));
    }
  });

  test("a key's scope holds, and is gone with its transaction", async () => {
    const [ada] = two.staging;
    expect(await idsOf(keyOf("staging", [ada.id]))).toEqual([ada.id]);
    expect(await idsOf(keyOf("staging", []))).toEqual([]);
    expect(await idsOf(keyOf("staging"))).toHaveLength(2);
  });

  test("foreign rows can be neither written nor changed", async () => {
    const now = new Date();
    const scope = { principal: keyOf("staging"), databases };
    const row = {
      id: newId("cus"),
      environment: "production" as const,
      email: cleanText(newEmail()),
      createdAt: now,
      updatedAt: now,
    };
    const insert = withTransaction(scope, ({ tx }) => tx.insert(customers).values(row));
    await expect(insert).rejects.toMatchObject({ cause: { code: PERMISSION_DENIED } });
    const change = withTransaction(scope, ({ tx }) =>
      tx
        .update(customers)
        .set({ name: cleanText("Eve") })
        .where(eq(customers.id, two.production[0].id))
        .returning(),
    );
    expect(await change).toEqual([]);
    const [session] = await databases.owner.$client`select current_user <> ${API_ROLE} as owner`;
    expect(session).toEqual({ owner: true });
  });
});

describe("the public API with DATABASE_POOLING=transaction", () => {
  const fixture = suiteFixture({ DATABASE_POOLING: "transaction", DATABASE_POOL_SIZE: "2" });

  test("works as ever: look-up, scope, changes, conflicts, repeats, last use", async () => {
    const api = inProcess(fixture);
    const [ada, eve] = [await fixture.customer(), await fixture.customer()];
    await fixture.customer({ environment: "production" });
    const { key: view, secret: key } = await fixture.key();
    const { secret: scoped } = await fixture.key({ customers: [ada.id] });
    const list = async (secret: string) => {
      const { json } = await call(api, "GET", "/staging/customers", { key: secret });
      return (json.data as { id: string }[]).map(({ id }) => id);
    };
    expect(await list(key)).toEqual([eve.id, ada.id]);
    expect(await list(scoped)).toEqual([ada.id]);
    expect(await list(key)).toEqual([eve.id, ada.id]);

    const body = { email: newEmail() };
    const headers = { "idempotency-key": "once" };
    const first = await call(api, "POST", "/staging/customers", { key, headers, body });
    const second = await call(api, "POST", "/staging/customers", { key, headers, body });
    expect([first.status, second.text]).toEqual([201, first.text]);
    expectProblem(await call(api, "POST", "/staging/customers", { key, body }), "conflict");
    const path = `/staging/customers/${first.json.id}`;
    expectProblem(await call(api, "DELETE", path, { key: scoped }), "not_found");
    expect((await call(api, "PATCH", path, { key, body: { name: "Ada" } })).json).toMatchObject({
      name: "Ada",
    });
    expect((await call(api, "DELETE", path, { key })).status).toBe(200);

    await fixture.runtime.lastUse.flush();
    const { lastUsedRoute } = await getKey(fixture.context(), { id: view.id });
    expect(lastUsedRoute).toMatch(/^[A-Z]+ \/customers/);
    expect(fixture.log()).not.toContain('"level":"error"');
  });
});
