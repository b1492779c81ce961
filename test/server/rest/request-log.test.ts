import { call, type Door, inProcess } from "@test/support/calls";
import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { revokeKey } from "@/server/services/keys";
import { sqlOf } from "../services/support";

let world: World;
let door: Door;

beforeAll(async () => {
  world = await createWorld({ API_ENVIRONMENT: "development" });
  door = inProcess(world);
});
afterAll(() => world?.close());

const newKey = (input = {}) => world.key({ rateLimits: { minute: 1_000 }, ...input });

/** The row of an answer, once all is written. */
async function rowOf(answer: { headers: Headers }) {
  await world.platform.requestLog.flush();
  const rows = await sqlOf(world)`
    select *, to_json(at) as at from requests where request_id = ${answer.headers.get("x-request-id")}`;
  expect(rows).toHaveLength(1);
  return rows[0];
}

describe("The log", () => {
  test("holds of a call that was served all there is to know of it", async () => {
    const { key, secret } = await newKey();
    const { id } = await world.customer();
    const answer = await call(door, "PATCH", `/staging/customers/${id}`, {
      key: secret,
      body: { name: "Ada" },
      address: "192.0.2.7",
      headers: { "user-agent": "acme-sync/2.1" },
    });
    expect(answer.status).toBe(200);
    expect(await rowOf(answer)).toMatchObject({
      environment: "staging",
      method: "PATCH",
      route: "PATCH /customers/{id}",
      path: `/api/v1/staging/customers/${id}`,
      query: null,
      status: 200,
      code: null,
      refused_by: null,
      permission: "customers:write",
      detail: null,
      limits: [{ name: "minute", limit: 1_000, remaining: 999 }],
      limit_share: 0,
      key_id: key.id,
      customers: [id],
      address: "192.0.2.7",
      agent: "acme-sync/2.1",
      request_bytes: 14,
      response_bytes: answer.text.length,
      request_headers: null,
      request_body: null,
      response_body: null,
    });
  });

  test("names the check that refused, the code and the words of the answer", async () => {
    const { key, secret } = await newKey({ permissions: ["jobs:read"] });
    const answer = await call(door, "GET", "/staging/customers?limit=5", { key: secret });
    expect(await rowOf(answer)).toMatchObject({
      route: "GET /customers",
      query: "limit=5",
      status: 403,
      code: "permission_denied",
      refused_by: "permission",
      permission: "customers:read",
      detail: answer.json.detail,
      key_id: key.id,
    });
    await revokeKey(world.context(), { id: key.id, reason: "" });
    const revoked = await call(door, "GET", "/staging/customers", { key: secret });
    expect(await rowOf(revoked)).toMatchObject({ refused_by: "revoked", key_id: key.id, limits: null });
  });

  test("has a row also for what no route serves, and for the description", async () => {
    const unknown = await call(door, "GET", "/staging/nothing", {});
    expect(await rowOf(unknown)).toMatchObject({ environment: "staging", route: null, code: "not_found" });
    const wrong = await call(door, "PUT", "/customers", {});
    expect(await rowOf(wrong)).toMatchObject({ environment: "development", code: "method_not_allowed" });
    const description = await call(door, "GET", "/openapi.json", {});
    expect(await rowOf(description)).toMatchObject({ route: null, status: 200, key_id: null });
    const head = await call(door, "HEAD", "/openapi.json", {});
    expect(await rowOf(head)).toMatchObject({ method: "HEAD", response_bytes: 0 });
  });
});
