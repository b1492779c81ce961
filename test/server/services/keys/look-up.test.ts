import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/server/core/ids";
import { generateKey } from "@/server/core/key-format";
import {
  deleteKey,
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

  test("tells which of its secrets a key was shown by, while two work", async () => {
    const { key, secret } = await world.key();
    const { secret: next } = await regenerateKey(world.context(), { id: key.id, overlap: "24h" });
    expect(await found(secret)).toMatchObject({ id: key.id, secret: "previous" });
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

describe("A call that goes on", () => {
  const callOf = (secret: string, facts: Partial<Knock> = {}): Knock => ({
    credentials: [secret],
    environment: "staging",
    address: "10.2.3.4",
    permission: "jobs:read",
    ...facts,
  });

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
