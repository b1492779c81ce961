import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/server/core/ids";
import { newToken, tokenDigest } from "@/server/core/secrets";
import { updateKey } from "@/server/services/keys";
import { createTrpcContext } from "@/server/trpc/context";
import { createCaller } from "@/server/trpc/router";
import { auditOf, sqlOf } from "../services/support";
import { call, legacyToken, SESSION_COOKIE, type SignedInAdmin, signedIn, tokenOf } from "./support";

const fixture = suiteFixture();
let owner: SignedInAdmin;
let secret: string;
let keyId: string;

beforeAll(async () => {
  owner = await signedIn(fixture, "owner");
  const made = await fixture.key({ permissions: ["keys:verify", "customers:write"] });
  ({ secret } = made);
  keyId = made.key.id;
});

const status = async (headers: Record<string, string>) =>
  (await call(fixture, "query", "keys.list", {}, headers)).status;

describe("An API key is worth nothing at the procedures", () => {
  test.each([
    ["in Authorization", () => ({ authorization: `Bearer ${secret}` })],
    ["in X-API-Key", () => ({ "x-api-key": secret })],
    ["as a session cookie", () => ({ cookie: `${SESSION_COOKIE}=${secret}` })],
    ["as a secure session cookie", () => ({ cookie: `__Secure-${SESSION_COOKIE}=${secret}` })],
    [
      "everywhere at once",
      () => ({
        authorization: `Bearer ${secret}`,
        "x-api-key": secret,
        cookie: `${SESSION_COOKIE}=${secret}`,
      }),
    ],
  ])("%s", async (_, headers) => {
    expect(await status(headers())).toBe(401);
  });

  test("even if a row of the database gave it the name of what administrators do", async () => {
    await sqlOf(
      fixture,
    )`update api_keys set permissions = '{keys:read,keys:manage,team:manage}' where id = ${keyId}`;
    expect(await status({ authorization: `Bearer ${secret}` })).toBe(401);
  });

  test("and does not get in the way of a session beside it", async () => {
    expect(await status({ authorization: `Bearer ${secret}`, cookie: owner.cookie })).toBe(200);
  });
});

describe("A session", () => {
  /** As cookies were made before sessions were rows. */
  const legacy = (facts: Record<string, unknown> = {}) =>
    legacyToken({ sub: owner.id, sessionVersion: 1, ...facts });
  const cookie = async (value: Promise<string> | string) => ({ cookie: `${SESSION_COOKIE}=${await value}` });

  test("travels in its cookie, among others, and nowhere else", async () => {
    expect(await status({ cookie: owner.cookie })).toBe(200);
    expect(await status({ cookie: `theme=dark; ${owner.cookie}; a=b=c` })).toBe(200);
    const value = owner.cookie.split("=")[1] ?? "";
    expect(await status({ authorization: `Bearer ${value}` })).toBe(401);
    expect(await status({ "x-api-key": value })).toBe(401);
  });

  test.each([
    ["that nobody has started", () => newToken()],
    [
      "of its digest, as a reader of the database has it",
      () => tokenDigest(owner.cookie.split("=")[1] ?? ""),
    ],
    ["of the form of before, without a row from the upgrade", () => legacy()],
    ["of the form of before, and a key's id", () => legacy({ sub: keyId })],
    ["of the form of before, and SQL", () => legacy({ sub: "' or true --" })],
    ["of the form of before, without a version", () => legacy({ sessionVersion: undefined })],
    ["that is empty", () => ""],
    ["that is garbage", () => "a.b.c.d.e"],
  ])("%s is none", async (_, value) => {
    expect(await status(await cookie(value()))).toBe(401);
  });

  test("ends with a change of the role, and the next one has the new role", async () => {
    const { id, cookie: own } = await signedIn(fixture, "admin");
    const revoke = (headers: Record<string, string>) =>
      call(fixture, "mutation", "keys.revokeMany", { ids: [newId("key")] }, headers);
    expect((await revoke({ cookie: own })).status).toBe(404);
    await sqlOf(fixture)`update admins set role = 'viewer' where id = ${id}`;
    expect((await revoke({ cookie: own })).status).toBe(401);
    const next = await cookie(tokenOf(fixture, id));
    expect((await revoke(next)).status).toBe(403);
    await sqlOf(fixture)`update admins set deactivated_at = now() where id = ${id}`;
    expect((await revoke(next)).status).toBe(401);
  });

  test("is what a page on the server reads too", async () => {
    const context = await createTrpcContext(fixture.runtime, new Headers({ cookie: owner.cookie }));
    expect(context.principal).toMatchObject({ kind: "admin", id: owner.id, role: "owner" });
    const { data } = await createCaller(context).keys.list({});
    expect(data).toHaveLength(1);
    const visitor = await createTrpcContext(fixture.runtime, new Headers());
    await expect(createCaller(visitor).keys.list({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("puts its administrator's name on the audit, with the request's id", async () => {
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const headers = { cookie: owner.cookie, traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    const rows = await auditOf(fixture, () =>
      call(fixture, "mutation", "keys.revoke", { id: keyId, reason: "Why" }, headers),
    );
    const { meta } = await createTrpcContext(fixture.runtime, new Headers(headers));
    expect(rows).toMatchObject([
      {
        actorKind: "admin",
        actorId: owner.id,
        actor: owner.email,
        requestId: meta.requestId,
        action: "key.revoke",
      },
    ]);
  });
});

test("The caller of a verb without HTTP is held to its role all the same", async () => {
  const viewer = await signedIn(fixture, "viewer");
  const context = await createTrpcContext(fixture.runtime, new Headers({ cookie: viewer.cookie }));
  const caller = createCaller(context);
  await expect(caller.keys.update({ id: keyId as `key_${string}`, name: "x" })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  await expect(
    (async () =>
      updateKey(fixture.context(context.principal ?? undefined), {
        id: keyId as `key_${string}`,
        name: "x",
      }))(),
  ).rejects.toMatchObject({ code: "permission_denied" });
});
