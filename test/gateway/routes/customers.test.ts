// @module-tag long
import { call, expectFieldErrors, expectProblem } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { MOUNTS } from "@test/support/mounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { customerSchema } from "@/contracts/schemas/customers";
import { type CustomerDesk, customersSchema, idsOf, openCustomerDesk } from "./customer-desk";

describe.each(MOUNTS)("customers, mounted as %s", (mountName) => {
  let desk: CustomerDesk;

  beforeAll(async () => {
    desk = await openCustomerDesk(mountName);
  });
  afterAll(() => desk?.close());

  describe("created", () => {
    test("answer 201 with the customer, and with the path where it is", async () => {
      const email = newEmail();
      const body = {
        email,
        name: "Ada Lovelace",
        metadata: { plan: "pro", seats: 3, trial: false, note: null },
      };
      const answer = await desk.run("POST", "/customers", { body });
      expect(answer.status).toBe(201);
      const customer = answer.read(customerSchema);
      expect(answer.json).toEqual({
        ...body,
        id: customer.id,
        createdAt: customer.createdAt,
        updatedAt: customer.createdAt,
      });
      expect(answer.headers.get("location")).toBe(`/api/v1/staging/customers/${customer.id}`);
      const found = await fetch(desk.mount.url + answer.headers.get("location"), {
        headers: { "x-api-key": desk.key },
      });
      expect(await found.json()).toEqual(answer.json);
    });

    test("take nothing but an e-mail address", async () => {
      expect(await desk.create()).toMatchObject({ name: null, metadata: {} });
    });

    test("answer 409 conflict where the address is taken, in whatever case", async () => {
      const { email } = await desk.create();
      expectProblem(
        await desk.run("POST", "/customers", { body: { email: email.toUpperCase() } }),
        "conflict",
      );
    });

    test("may have the address of a customer of another environment", async () => {
      const { email } = await desk.create();
      const other = await call(desk.api, "POST", "/production/customers", {
        key: await desk.keyOf({ environment: "production" }),
        body: { email },
      });
      expect(other.status).toBe(201);
    });
  });

  describe("read", () => {
    test("are the same in a list and alone", async () => {
      const customer = await desk.create({ name: "Ada" });
      expect((await desk.run("GET", `/customers/${customer.id}`)).json).toEqual(customer);
      expect((await desk.run("GET", "/customers?limit=1")).json).toMatchObject({ data: [customer] });
    });

    test("come newest first, 20 unless asked otherwise, and each once while others are added", async () => {
      const made: string[] = [];
      for (let index = 0; index < 21; index++) made.unshift((await desk.create()).id);
      const first = await desk.run("GET", "/customers");
      expect(idsOf(first)).toEqual(made.slice(0, 20));
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null && seen.length < made.length) {
        const step = await desk.run(
          "GET",
          `/customers?limit=4${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
        );
        seen.push(...idsOf(step));
        cursor = step.read(customersSchema).nextCursor;
        await desk.create();
      }
      expect(seen.slice(0, made.length)).toEqual(made);
      expect(new Set(seen).size).toBe(seen.length);
    });

    test("end with a null cursor, also where the last page is full", async () => {
      const customers = [(await desk.create()).id, (await desk.create()).id];
      const scoped = await desk.fixture.key({ customers });
      const whole = await desk.run("GET", "/customers?limit=2", { key: scoped.secret });
      expect(idsOf(whole)).toHaveLength(2);
      expect(whole.json.nextCursor).toBeNull();
    });

    test("are found by parts of name or address, with wildcards taken literally", async () => {
      const word = newEmail().slice(0, 13);
      const named = await desk.create({ name: `100% ${word}_x` });
      const addressed = await desk.create({ email: `${word}.y@acme.example` });
      const search = async (text: string) =>
        idsOf(await desk.run("GET", `/customers?search=${encodeURIComponent(text)}`));
      expect(await search(word.toUpperCase())).toEqual([addressed.id, named.id]);
      expect(await search(`% ${word}_`)).toEqual([named.id]);
      expect(await search(`${word}_y`)).toEqual([]);
    });
  });

  describe("changed", () => {
    test("keep what is absent, merge metadata as RFC 7396 says, and can lose their name", async () => {
      const customer = await desk.create({ name: "Ada", metadata: { plan: "pro", seats: 3 } });
      const path = `/customers/${customer.id}`;
      const patch = { plan: "free", nested: { a: [1, null] } };
      const merged = { plan: "free", seats: 3, nested: { a: [1, null] } };
      const one = await desk.run("PATCH", path, { body: { metadata: patch } });
      expect(one.status).toBe(200);
      expect(one.json).toEqual({ ...customer, metadata: merged, updatedAt: one.json.updatedAt });
      expect(Date.parse(String(one.json.updatedAt))).toBeGreaterThanOrEqual(Date.parse(customer.updatedAt));
      expect((await desk.run("PATCH", path, { body: { name: null } })).json).toMatchObject({
        name: null,
        metadata: merged,
      });
      expect((await desk.run("GET", path)).json).toMatchObject({ name: null, metadata: merged });
      const less = await desk.run("PATCH", path, { body: { metadata: { seats: null, nested: null } } });
      expect(less.json.metadata).toEqual({ plan: "free" });
      const none = await desk.run("PATCH", path, { body: { metadata: null } });
      expect(none.json.metadata).toEqual({});
    });

    test("are refused metadata that the patch and what is there make too large together", async () => {
      const large = "v".repeat(6_000);
      const { id } = await desk.create({ metadata: { one: large } });
      const answer = await desk.run("PATCH", `/customers/${id}`, { body: { metadata: { other: large } } });
      expectFieldErrors(answer, "metadata");
      expect((await desk.run("GET", `/customers/${id}`)).json.metadata).toEqual({ one: large });
    });

    test("keep their e-mail address: another one is refused with 422, and nothing changes", async () => {
      const customer = await desk.create({ name: "Ada" });
      const answer = await desk.run("PATCH", `/customers/${customer.id}`, {
        body: { email: newEmail(), name: "Eve" },
      });
      expectFieldErrors(answer, { path: "email", code: "unknown_field" });
      expect((await desk.run("GET", `/customers/${customer.id}`)).json).toEqual(customer);
    });

    test("need a change: an empty one is refused with 422", async () => {
      expectFieldErrors(await desk.run("PATCH", `/customers/${(await desk.create()).id}`, { body: {} }), "");
    });
  });

  test("deleted are gone: 200 once, then 404, and their address is free again", async () => {
    const { id, email } = await desk.create();
    const answer = await desk.run("DELETE", `/customers/${id}`);
    expect([answer.status, answer.json]).toEqual([200, { id, deleted: true }]);
    for (const method of ["GET", "DELETE"])
      expectProblem(await desk.run(method, `/customers/${id}`), "not_found");
    expect((await desk.run("POST", "/customers", { body: { email } })).status).toBe(201);
  });
});
