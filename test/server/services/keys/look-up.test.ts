import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "@/server/core/ids";
import { generateKey } from "@/server/core/key-format";
import { authFailurePolicies, authFailureSubject } from "@/server/rate-limit";
import {
  decide,
  deleteKey,
  doorPorts,
  findDoorKey,
  findDoorKeyById,
  getKeyLimits,
  type Knock,
  reactivateKey,
  regenerateKey,
  revokeKey,
  stillAdmitted,
} from "@/server/services/keys";

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world?.close());

const found = (secret: string) => findDoorKey(world.context(), secret);

describe("A look-up", () => {
  test("remembers nothing: the next one sees what has changed, and a key that has come", async () => {
    const { key, secret } = await world.key();
    const context = world.context();
    expect(await found(secret)).toMatchObject({ revokedAt: null });
    await revokeKey(context, { id: key.id, reason: "" });
    expect(await found(secret)).toMatchObject({ revokedAt: world.clock.now() });
    await reactivateKey(context, { id: key.id });
    expect(await found(secret)).toMatchObject({ revokedAt: null });
  });

  test("together with 450 others has its own answer, whether there is one or not", async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => world.key()));
    const asked = Array.from({ length: 450 }, (_, place) => made[place % 7]);
    const answers = await Promise.all(asked.map((one) => found(one?.secret ?? generateKey("kw", "staging"))));
    expect(answers.map((answer) => answer?.id)).toEqual(asked.map((one) => one?.key.id));
  });

  test("shares its statement with those that come together with it, up to 200, and with no later one", async () => {
    const { secret } = await world.key();
    const statements = vi.spyOn(world.platform.databases.lookUps.watch, "answered");
    await Promise.all(Array.from({ length: 401 }, () => found(secret)));
    expect(statements).toHaveBeenCalledTimes(3);
    await found(secret);
    expect(statements).toHaveBeenCalledTimes(4);
    statements.mockRestore();
  });

  test("tells which of its secrets a key was shown by, while two work, and not at the end of that", async () => {
    const { key, secret } = await world.key();
    const { secret: next } = await regenerateKey(world.context(), { id: key.id, overlap: "15m" });
    expect(await found(next)).toMatchObject({ id: key.id, secret: "current" });
    world.clock.advance(15 * 60 - 0.001);
    expect(await found(secret)).toMatchObject({ id: key.id, secret: "previous" });
    world.clock.advance(0.001);
    expect(await found(secret)).toBeNull();
    expect(await found(next)).toMatchObject({ id: key.id, secret: "current" });
  });

  test("knows the last use of a key", async () => {
    const { key, secret } = await world.key();
    const at = new Date(world.clock.now().getTime() + 1_234);
    world.platform.lastUse.record(key.id, { at, ip: null, agent: null, route: "GET /key" });
    await world.platform.lastUse.flush();
    expect(await found(secret)).toMatchObject({ lastUsedAt: at });
  });
});

describe("A look-up by the id of a key", () => {
  test("reads what a look-up by its present secret does", async () => {
    const customer = await world.customer();
    const { key, secret } = await world.key({ customers: [customer.id], ipAllowlist: ["10.0.0.0/8"] });
    const [byId, bySecret] = await Promise.all([findDoorKeyById(world.context(), key.id), found(secret)]);
    expect(byId).not.toBeNull();
    expect(withoutInstant(byId)).toEqual(withoutInstant(bySecret));
  });

  test("finds none that is not there, or was deleted", async () => {
    const { key } = await world.key();
    const context = world.context();
    expect(await findDoorKeyById(context, newId("key"))).toBeNull();
    await revokeKey(context, { id: key.id, reason: "" });
    expect(await findDoorKeyById(context, key.id)).not.toBeNull();
    await deleteKey(context, { id: key.id, name: key.name });
    expect(await findDoorKeyById(context, key.id)).toBeNull();
  });
});

const callOf = (secret: string, facts: Partial<Knock> = {}): Knock => ({
  credentials: [secret],
  environment: "staging",
  address: "10.2.3.4",
  permission: "jobs:read",
  ...facts,
});

describe("A call that is decided by the installation's own keys and limits", () => {
  test("passes with a key of it, and is counted against the key", async () => {
    const { key, secret } = await world.key({ permissions: ["jobs:read"], rateLimits: { minute: 2 } });
    const decided = () => decide(callOf(secret), doorPorts(world.context(), 30));
    expect(await decided()).toMatchObject({ refusedBy: null, key: { id: key.id } });
    expect(await getKeyLimits(world.context(), { id: key.id })).toMatchObject([{ used: 1 }]);
    expect(await decided()).toMatchObject({ refusedBy: null });
    expect(await decided()).toMatchObject({ refusedBy: "limit", refusal: { code: "rate_limited" } });
  });

  test("with a key that is not of it, or none, fails, and is counted against the address", async () => {
    const address = "10.9.9.9";
    const refusedBy = async (credential: string) =>
      (await decide(callOf(credential, { address }), doorPorts(world.context(), 30))).refusedBy;
    expect(await refusedBy("kw_stag_x")).toBe("shape");
    expect(await refusedBy(generateKey("kw", "staging"))).toBe("known");
    const { policies } = await world.platform.limiter.peek(
      authFailureSubject(address),
      authFailurePolicies(30),
    );
    expect(policies).toMatchObject([{ remaining: 28 }]);
  });
});

describe("A call that goes on", () => {
  test("is asked about without being counted, however often", async () => {
    const { key, secret } = await world.key({ permissions: ["jobs:read"], rateLimits: { minute: 1 } });
    for (let time = 0; time < 3; time++)
      expect(await stillAdmitted(callOf(secret), world.context())).toMatchObject({ id: key.id });
    expect(await getKeyLimits(world.context(), { id: key.id })).toMatchObject([{ used: 0 }]);
  });

  test("ends by what a new call would be refused for", async () => {
    const { key, secret } = await world.key({ permissions: ["jobs:read"], ipAllowlist: ["10.0.0.0/8"] });
    const refused = (facts: Partial<Knock>) => stillAdmitted(callOf(secret, facts), world.context());
    await expect(refused({ credentials: [] })).rejects.toMatchObject({ code: "key_missing" });
    await expect(refused({ credentials: ["x"] })).rejects.toMatchObject({ code: "key_invalid" });
    await expect(refused({ environment: "production" })).rejects.toMatchObject({
      code: "environment_mismatch",
    });
    await expect(refused({ address: "11.2.3.4" })).rejects.toMatchObject({ code: "ip_not_allowed" });
    await expect(refused({ permission: "jobs:write" })).rejects.toMatchObject({ code: "permission_denied" });
    await revokeKey(world.context(), { id: key.id, reason: "" });
    await expect(refused({})).rejects.toMatchObject({ code: "key_revoked" });
  });
});

/** Two reads are never of one instant. */
function withoutInstant(key: object | null): object {
  return { ...key, readAt: null };
}
