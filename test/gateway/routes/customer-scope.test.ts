// @module-tag long
import { type Answer, call, expectProblem } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { MOUNTS } from "@test/support/mounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Customer } from "@/contracts/schemas/customers";
import { newId } from "@/server/core/ids";
import { type CustomerDesk, idsOf, openCustomerDesk } from "./customer-desk";

describe.each(MOUNTS)("customers, mounted as %s", (mountName) => {
  let desk: CustomerDesk;

  beforeAll(async () => {
    desk = await openCustomerDesk(mountName);
  });
  afterAll(() => desk?.close());

  const scopedKey = (...customers: Customer[]) => desk.keyOf({ customers: customers.map(({ id }) => id) });

  /** The answer without what belongs to this one call: its id, and the id it asked for. */
  const withoutIds = ({ status, text, json }: Answer) =>
    `${status} ${text.replace(String(json.requestId), "").replaceAll(/cus_[0-9a-z]{26}/g, "")}`;

  describe("within the scope of a key", () => {
    test("are all it lists and reaches: others are the very 404 of ids that nobody has", async () => {
      const [own, foreign] = [await desk.create(), await desk.create()];
      const scope = await scopedKey(own);
      expect(idsOf(await desk.run("GET", "/customers", { key: scope }))).toEqual([own.id]);
      expect((await desk.run("GET", `/customers/${own.id}`, { key: scope })).json).toEqual(own);
      for (const [method, body] of [["GET"], ["PATCH", { name: "Eve" }], ["DELETE"]] as const) {
        const refused = await desk.run(method, `/customers/${foreign.id}`, { key: scope, body });
        expectProblem(refused, "not_found");
        const absent = await desk.run(method, `/customers/${newId("cus")}`, { key: scope, body });
        expect(withoutIds(refused)).toBe(withoutIds(absent));
        expect([...refused.headers.keys()]).toEqual([...absent.headers.keys()]);
      }
      expect((await desk.run("GET", `/customers/${foreign.id}`)).json).toEqual(foreign);
    });

    test("can be changed, but not created: 403 customer_out_of_scope, also for a taken address", async () => {
      const [own, foreign] = [await desk.create(), await desk.create()];
      const scope = await scopedKey(own);
      expect(
        (await desk.run("PATCH", `/customers/${own.id}`, { key: scope, body: { name: "Ada" } })).status,
      ).toBe(200);
      for (const email of [newEmail(), foreign.email]) {
        expectProblem(
          await desk.run("POST", "/customers", { key: scope, body: { email } }),
          "customer_out_of_scope",
        );
      }
    });

    test("may all be gone, even by its own hand: then it sees nothing and never everything", async () => {
      const own = await desk.create();
      const scope = await scopedKey(own);
      expect((await desk.run("DELETE", `/customers/${own.id}`, { key: scope })).status).toBe(200);
      expect((await desk.run("GET", "/customers", { key: scope })).json).toEqual({
        data: [],
        nextCursor: null,
      });
      expect((await desk.run("GET", "/key", { key: scope })).json).toMatchObject({ customers: [] });
      expectProblem(
        await desk.run("GET", `/customers/${(await desk.create()).id}`, { key: scope }),
        "not_found",
      );
      expectProblem(
        await desk.run("POST", "/customers", { key: scope, body: { email: newEmail() } }),
        "customer_out_of_scope",
      );
    });
  });

  describe("at the four endpoints", () => {
    test("of another environment do not exist: the same 404, in no list, untouched", async () => {
      const staged = await desk.create();
      const production = await desk.keyOf({ environment: "production" });
      for (const [method, body] of [["GET"], ["PATCH", { name: "Eve" }], ["DELETE"]] as const) {
        const foreign = await call(desk.api, method, `/production/customers/${staged.id}`, {
          key: production,
          body,
        });
        const absent = await call(desk.api, method, `/production/customers/${newId("cus")}`, {
          key: production,
          body,
        });
        expectProblem(foreign, "not_found");
        expect(withoutIds(foreign)).toBe(withoutIds(absent));
      }
      expect(
        idsOf(await call(desk.api, "GET", "/production/customers?limit=100", { key: production })),
      ).not.toContain(staged.id);
      expect((await desk.run("GET", `/customers/${staged.id}`)).json).toEqual(staged);
    });

    test("are those of the deployment's own environment at /api/v1 itself, and links stay there", async () => {
      const answer = await call(desk.api, "POST", "/customers", {
        key: desk.key,
        body: { email: newEmail() },
      });
      expect(answer.headers.get("location")).toBe(`/api/v1/customers/${answer.json.id}`);
      expect((await desk.run("GET", `/customers/${answer.json.id}`)).json).toEqual(answer.json);
      expectProblem(
        await call(desk.api, "GET", "/customers", { key: await desk.keyOf({ environment: "production" }) }),
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
        const own = await desk.keyOf({ environment });
        const answer = await call(desk.api, "GET", `/${environment}/customers?limit=1`, { key: own });
        expect(answer.status).toBe(200);
        expect((await call(desk.api, "GET", `/${environment}/key`, { key: own })).json).toMatchObject({
          environment,
        });
      },
    );
  });
});
