import {
  type Answer,
  type CallOptions,
  call,
  type Door,
  expectProblem,
  overNetwork,
} from "@test/support/calls";
import { MOUNTS, type Mount, startMount } from "@test/support/mounts";
import { createWorld, newEmail, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Customer, customerSchema } from "@/contracts/customers";
import type { Environment } from "@/contracts/environments";
import { newId } from "@/server/core/ids";
import { pageSchema } from "@/server/rest/answers";

const RATE_LIMITS = { minute: 100_000 };
const page = pageSchema(customerSchema);

describe.each(MOUNTS)("customers, mounted as %s", (mountName) => {
  let world: World;
  let mount: Mount;
  let door: Door;
  let key: string;

  beforeAll(async () => {
    world = await createWorld({}, new Date());
    mount = await startMount(mountName, world.databaseUrl, { API_ENVIRONMENT: "staging" });
    door = overNetwork(mount);
    key = (await world.key({ rateLimits: RATE_LIMITS })).secret;
  });
  afterAll(async () => {
    await mount?.stop();
    await world?.close();
  });

  const run = (method: string, path: string, options: CallOptions = {}) =>
    call(door, method, `/staging${path}`, { key, ...options });

  async function create(): Promise<Customer> {
    const answer = await run("POST", "/customers", { body: { email: newEmail() } });
    return answer.read(customerSchema);
  }

  async function keyOf(environment: Environment): Promise<string> {
    return (await world.key({ environment, rateLimits: RATE_LIMITS })).secret;
  }

  async function scopedKey(...customers: Customer[]): Promise<string> {
    const scope = customers.map(({ id }) => id);
    return (await world.key({ customers: scope, rateLimits: RATE_LIMITS })).secret;
  }

  const idsOf = (answer: Answer) => (answer.read(page).data as Customer[]).map(({ id }) => id);

  /** The answer without what belongs to this one call: its id, and the id it asked for. */
  const withoutIds = ({ status, text, json }: Answer) =>
    `${status} ${text.replace(String(json.requestId), "").replaceAll(/cus_[0-9a-z]{26}/g, "")}`;

  describe("within the scope of a key", () => {
    test("are all it lists and reaches: others are the very 404 of ids that nobody has", async () => {
      const [own, foreign] = [await create(), await create()];
      const scope = await scopedKey(own);
      expect(idsOf(await run("GET", "/customers", { key: scope }))).toEqual([own.id]);
      expect((await run("GET", `/customers/${own.id}`, { key: scope })).json).toEqual(own);
      for (const [method, body] of [["GET"], ["PATCH", { name: "Eve" }], ["DELETE"]] as const) {
        const refused = await run(method, `/customers/${foreign.id}`, { key: scope, body });
        expectProblem(refused, "not_found");
        const absent = await run(method, `/customers/${newId("cus")}`, { key: scope, body });
        expect(withoutIds(refused)).toBe(withoutIds(absent));
        expect([...refused.headers.keys()]).toEqual([...absent.headers.keys()]);
      }
      expect((await run("GET", `/customers/${foreign.id}`)).json).toEqual(foreign);
    });

    test("can be changed, but not created: 403 customer_out_of_scope, also for a taken address", async () => {
      const [own, foreign] = [await create(), await create()];
      const scope = await scopedKey(own);
      expect((await run("PATCH", `/customers/${own.id}`, { key: scope, body: { name: "Ada" } })).status).toBe(
        200,
      );
      for (const email of [newEmail(), foreign.email]) {
        expectProblem(
          await run("POST", "/customers", { key: scope, body: { email } }),
          "customer_out_of_scope",
        );
      }
    });

    test("may all be gone, even by its own hand: then it sees nothing and never everything", async () => {
      const own = await create();
      const scope = await scopedKey(own);
      expect((await run("DELETE", `/customers/${own.id}`, { key: scope })).status).toBe(200);
      expect((await run("GET", "/customers", { key: scope })).json).toEqual({ data: [], nextCursor: null });
      expect((await run("GET", "/key", { key: scope })).json).toMatchObject({ customers: [] });
      expectProblem(await run("GET", `/customers/${(await create()).id}`, { key: scope }), "not_found");
      expectProblem(
        await run("POST", "/customers", { key: scope, body: { email: newEmail() } }),
        "customer_out_of_scope",
      );
    });
  });

  describe("at the four endpoints", () => {
    test("of another environment do not exist: the same 404, in no list, untouched", async () => {
      const staged = await create();
      const production = await keyOf("production");
      for (const [method, body] of [["GET"], ["PATCH", { name: "Eve" }], ["DELETE"]] as const) {
        const foreign = await call(door, method, `/production/customers/${staged.id}`, {
          key: production,
          body,
        });
        const absent = await call(door, method, `/production/customers/${newId("cus")}`, {
          key: production,
          body,
        });
        expectProblem(foreign, "not_found");
        expect(withoutIds(foreign)).toBe(withoutIds(absent));
      }
      expect(
        idsOf(await call(door, "GET", "/production/customers?limit=100", { key: production })),
      ).not.toContain(staged.id);
      expect((await run("GET", `/customers/${staged.id}`)).json).toEqual(staged);
    });

    test("are those of the deployment's own environment at /api/v1 itself, and links stay there", async () => {
      const answer = await call(door, "POST", "/customers", { key, body: { email: newEmail() } });
      expect(answer.headers.get("location")).toBe(`/api/v1/customers/${answer.json.id}`);
      expect((await run("GET", `/customers/${answer.json.id}`)).json).toEqual(answer.json);
      expectProblem(
        await call(door, "GET", "/customers", { key: await keyOf("production") }),
        "environment_mismatch",
        {
          keyEnvironment: "production",
          endpointEnvironment: "staging",
        },
      );
    });

    test.each(["production", "staging", "development"] as const)(
      "are served to keys of %s",
      async (environment) => {
        const own = await keyOf(environment);
        const answer = await call(door, "GET", `/${environment}/customers?limit=1`, { key: own });
        expect(answer.status).toBe(200);
        expect((await call(door, "GET", `/${environment}/key`, { key: own })).json).toMatchObject({
          environment,
        });
      },
    );
  });
});
