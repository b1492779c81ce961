import { auditOf } from "@test/server/services/support";
import { call, expectFieldErrors, expectProblem } from "@test/support/calls";
import { describe, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import { newId } from "@/server/core/ids";
import { changeKeyPolicy } from "@/server/services/key-policies";
import { getKey } from "@/server/services/keys";
import { EXPIRES, LIMITS, LONG_AGO, managedKeysSuite } from "./managed-keys-support";

const { fixture, api, customers, manager, bounded, send, make, edit } = managedKeysSuite();

describe("A new key", () => {
  test("has what the call leaves out from the key that makes it, and nothing that administrators alone decide", async () => {
    const by = await bounded();
    const answer = await send(by, "POST", "", { name: "Acme", permissions: ["licenses:read"] });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.headers.get("location")).toBe(`/api/v1/staging/keys/${answer.json.id}`);
    expect(answer.json).toMatchObject({
      name: "Acme",
      description: "",
      environment: "staging",
      status: "active",
      permissions: ["licenses:read"],
      rateLimits: LIMITS,
      customers: [customers.ours.id],
      ipAllowlist: ["198.51.100.0/24", "2001:db8::/32"],
      allowedOrigins: ["https://app.example.com"],
      expiresAt: EXPIRES,
      tags: [],
    });
    const view = await getKey(fixture.context(), { id: answer.json.id as Id<"key"> });
    expect(view).toMatchObject({
      createdBy: 'key "Shop"',
      createdByKeyId: by.key.id,
      owner: null,
      managesKeys: "own",
      grantsKeyManagement: false,
    });
    const used = await call(api, "GET", "/staging/key", { key: answer.json.secret as string });
    expect(used.json).toMatchObject({ id: answer.json.id, permissions: ["licenses:read"] });
  });

  test("names nobody's e-mail address in any answer", async () => {
    const by = await manager();
    const made = await make(by, { customers: [customers.ours.id] });
    await edit({ id: made.id, owner: "owner@acme.example" });
    for (const answer of [await send(by, "GET", ""), await send(by, "GET", `/${made.id}`)])
      expect(answer.text).not.toContain("@");
    for (const search of ["owner@acme", "admin@acme", customers.ours.email])
      expect((await send(by, "GET", `?search=${search}`)).json.data).toEqual([]);
    expect((await send(by, "GET", "?search=ACME")).json.data).toMatchObject([{ id: made.id }]);
  });

  test("is bound by the policy of its environment, and by what takes a second person", async () => {
    const by = await manager();
    const rules = (input: object) =>
      changeKeyPolicy(fixture.context(), { environment: "staging", rules: input });
    const body = { name: "Acme", permissions: ["licenses:manage"] };
    await rules({ expiryRequired: true, approvalPermissions: ["licenses:manage"] });
    expectFieldErrors(await send(by, "POST", "", body), { path: "expiresAt", code: "policy" });
    const expiresAt = EXPIRES;
    expectFieldErrors(await send(by, "POST", "", { ...body, expiresAt }), {
      path: "permissions",
      code: "approval",
    });
    await rules({ expiryRequired: false, approvalPermissions: [] });
    await make(by, body);
  });
});

describe("What a key does with keys", () => {
  test("is on record under its name and id, as what an administrator does", async () => {
    const by = await manager();
    const rows = await auditOf(fixture, async () => {
      const made = await make(by);
      await send(by, "PATCH", `/${made.id}`, { tags: ["acme"] });
      await send(by, "POST", `/${made.id}/regenerate`);
      await send(by, "POST", `/${made.id}/revoke`, { reason: "Left" });
      await send(by, "POST", `/${made.id}/reactivate`);
      await send(by, "POST", `/${made.id}/revoke`);
      await send(by, "DELETE", `/${made.id}`);
    });
    expect(rows.map(({ action }) => action)).toEqual([
      "key.create",
      "key.update",
      "key.regenerate",
      "key.revoke",
      "key.reactivate",
      "key.revoke",
      "key.delete",
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({
        actorKind: "key",
        actorId: by.key.id,
        actor: 'key "Shop"',
        environment: "staging",
        requestId: expect.stringMatching(/^req_/),
        ip: "198.51.100.7",
      });
    }
  });

  test("is refused to one without keys:manage", async () => {
    const { secret } = await fixture.key({ permissions: ["keys:verify", "customers:write"] });
    for (const path of ["", `/${newId("key")}`])
      expectProblem(await call(api, "GET", `/staging/keys${path}`, { key: secret }), "permission_denied", {
        missingPermissions: ["keys:manage"],
      });
  });
});

describe("A call that is wrong is answered by", () => {
  test.each<[method: string, path: string, body: unknown, path422: string[]]>([
    ["POST", "", {}, ["name", "permissions"]],
    ["POST", "", { name: "", permissions: [] }, ["name", "permissions"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], environment: "production" }, ["environment"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], owner: "a@b.example" }, ["owner"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], managesKeys: "all" }, ["managesKeys"]],
    [
      "POST",
      "",
      { name: "A", permissions: ["licenses:read"], grantsKeyManagement: true },
      ["grantsKeyManagement"],
    ],
    ["POST", "", { name: "A", permissions: ["licenses:read"], customers: [] }, ["customers"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], rateLimits: {} }, ["rateLimits"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], ipAllowlist: ["here"] }, ["ipAllowlist.0"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], expiresAt: LONG_AGO }, ["expiresAt"]],
    ["GET", "?status=gone", undefined, ["status"]],
    ["GET", "?owner=none", undefined, ["owner"]],
    ["GET", "?customerId=acme", undefined, ["customerId"]],
    ["GET", "?tag=!", undefined, ["tag"]],
    ["GET", "?cursor=x", undefined, ["cursor"]],
  ])("the field: %s %s %j", async (method, path, body, fields) => {
    const answer = await send(await manager(), method, path, body);
    expectFieldErrors(answer, ...fields);
  });

  test("the state: an active key is not deleted", async () => {
    const by = await manager();
    expectProblem(await send(by, "DELETE", `/${(await make(by)).id}`), "invalid_state");
  });
});
