import {
  type Answer,
  type CallOptions,
  call,
  expectProblem,
  inProcess,
  type PublicApi,
} from "@test/support/calls";
import { createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRuntime } from "@/server/runtime/create";
import type { Runtime } from "@/server/runtime/runtime";
import {
  deleteKey,
  reactivateKey,
  regenerateKey,
  revokeKey,
  revokeKeys,
  updateKey,
} from "@/server/services/keys";

let fixture: Fixture;
let elsewhere: Runtime;
/** This process' public API, and that of another process on the same database. */
let apis: PublicApi[];

beforeAll(async () => {
  fixture = await createFixture();
  const { env, logger, clock } = fixture.runtime;
  const secrets = { pepper: PEPPER, sessionSecret: SESSION_SECRET };
  elsewhere = createRuntime(env, logger, { url: fixture.databaseUrl, clock, ...secrets });
  apis = [inProcess(fixture), inProcess({ runtime: elsewhere })];
});
afterAll(async () => {
  await elsewhere?.lastUse.flush();
  await elsewhere?.databases.end();
  await fixture?.close();
});

const newKey = () => fixture.key({ rateLimits: { minute: 100_000 } });

/** The same call on both nodes. */
async function onBoth(
  key: string,
  check: (answer: Answer) => void,
  path = "/staging/customers",
  options: CallOptions = {},
) {
  for (const api of apis) check(await call(api, "GET", path, { key, ...options }));
}

const admitted = (answer: Answer) => expect(answer.status, answer.text).toBe(200);
const refused = (
  ...problem: Parameters<typeof expectProblem> extends [Answer, ...infer Rest] ? Rest : never
) => {
  return (answer: Answer) => expectProblem(answer, ...problem);
};
const at = (offset: number) => new Date(fixture.clock.now().getTime() + offset * 1_000).toISOString();

describe("on the very next call, on this node and on every other,", () => {
  test("a revoke cuts the key off, and a reactivation lets the same secret in again", async () => {
    const { key, secret } = await newKey();
    await onBoth(secret, admitted);
    await revokeKey(fixture.context(), { id: key.id, reason: "Leaked" });
    await onBoth(secret, refused("key_revoked"));
    await reactivateKey(fixture.context(), { id: key.id });
    await onBoth(secret, admitted);
  });

  test("a revoke of several cuts off all of them", async () => {
    const keys = [await newKey(), await newKey(), await newKey()];
    await revokeKeys(fixture.context(), { ids: keys.map(({ key }) => key.id), reason: "" });
    for (const { secret } of keys) await onBoth(secret, refused("key_revoked"));
  });

  test("a regenerate kills the old secret and brings the new one to life", async () => {
    const { key, secret } = await newKey();
    const second = await regenerateKey(fixture.context(), { id: key.id, overlap: "now" });
    await onBoth(secret, refused("key_invalid"));
    await onBoth(second.secret, admitted);
  });

  test("a regenerate of a revoked key leaves both its secrets without effect until it is reactivated", async () => {
    const { key, secret } = await newKey();
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    const second = await regenerateKey(fixture.context(), { id: key.id, overlap: "now" });
    await onBoth(secret, refused("key_invalid"));
    await onBoth(second.secret, refused("key_revoked"));
    await reactivateKey(fixture.context(), { id: key.id });
    await onBoth(second.secret, admitted);
  });

  test("an overlap lets both secrets in until it ends, to the second, and both are cut off by a revoke", async () => {
    const { key, secret } = await newKey();
    const second = await regenerateKey(fixture.context(), { id: key.id, overlap: "15m" });
    for (const one of [secret, second.secret]) await onBoth(one, admitted);
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    for (const one of [secret, second.secret]) await onBoth(one, refused("key_revoked"));
    await reactivateKey(fixture.context(), { id: key.id });
    fixture.clock.advance(15 * 60 - 1);
    await onBoth(secret, admitted);
    fixture.clock.advance(1);
    await onBoth(secret, refused("key_invalid"));
    await onBoth(second.secret, admitted);
  });

  test("a regenerate ends an overlap that is still open: of three secrets two work at most", async () => {
    const { key, secret } = await newKey();
    const second = await regenerateKey(fixture.context(), { id: key.id, overlap: "24h" });
    const third = await regenerateKey(fixture.context(), {
      id: key.id,
      overlap: "1h",
      endsOverlap: second.key.overlapUntil,
    });
    await onBoth(secret, refused("key_invalid"));
    for (const { secret: one } of [second, third]) await onBoth(one, admitted);
    const fourth = await regenerateKey(fixture.context(), {
      id: key.id,
      overlap: "now",
      endsOverlap: third.key.overlapUntil,
    });
    for (const { secret: one } of [second, third]) await onBoth(one, refused("key_invalid"));
    await onBoth(fourth.secret, admitted);
  });

  test("an expiry ends the key at the instant it names, and a later one brings it back", async () => {
    const { key, secret } = await newKey();
    const expiresAt = at(60);
    await updateKey(fixture.context(), { id: key.id, expiresAt });
    fixture.clock.advance(59);
    await onBoth(secret, admitted);
    fixture.clock.advance(1);
    await onBoth(secret, refused("key_expired", { expiredAt: expiresAt }));
    await updateKey(fixture.context(), { id: key.id, expiresAt: at(1) });
    await onBoth(secret, admitted);
    await updateKey(fixture.context(), { id: key.id, expiresAt: null });
    fixture.clock.advance(3_600);
    await onBoth(secret, admitted);
  });

  test("a delete makes the key unknown, its secret in overlap too", async () => {
    const { key, secret } = await newKey();
    const second = await regenerateKey(fixture.context(), { id: key.id, overlap: "24h" });
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    await deleteKey(fixture.context(), { id: key.id, name: key.name });
    for (const one of [secret, second.secret]) await onBoth(one, refused("key_invalid"));
  });

  test("fewer permissions are fewer permissions, more are more", async () => {
    const { key, secret } = await newKey();
    const missingPermissions = ["customers:read"];
    await updateKey(fixture.context(), { id: key.id, permissions: ["licenses:manage"] });
    await onBoth(secret, refused("permission_denied", { missingPermissions }));
    await updateKey(fixture.context(), { id: key.id, permissions: ["customers:read"] });
    await onBoth(secret, admitted);
    const body = { email: newEmail() };
    for (const api of apis) {
      const answer = await call(api, "POST", "/staging/customers", { key: secret, body });
      expectProblem(answer, "permission_denied", { missingPermissions: ["customers:write"] });
    }
  });

  test("a permission that the catalogue does not know grants nothing", async () => {
    const { key, secret } = await newKey();
    await fixture.runtime.databases.owner.$client`
      update api_keys set permissions = '{customers:admin,"*",customers,CUSTOMERS:READ}' where id = ${key.id}`;
    await onBoth(secret, refused("permission_denied", { missingPermissions: ["customers:read"] }));
  });

  test("a lower limit refuses what it no longer has room for", async () => {
    const { key, secret } = await fixture.key({ rateLimits: { day: 100 } });
    await onBoth(secret, admitted);
    await updateKey(fixture.context(), { id: key.id, rateLimits: { day: 1 } });
    // Each node counts in its own memory here, and has counted one call.
    await onBoth(secret, (answer) =>
      expect(answer.json).toMatchObject({ code: "rate_limited", violatedPolicies: ["day"] }),
    );
  });

  test("a changed address list lets in what it names and nothing else", async () => {
    const { key, secret } = await newKey();
    const [home, office] = [{ address: "192.0.2.1" }, { address: "198.51.100.1" }];
    await updateKey(fixture.context(), { id: key.id, ipAllowlist: ["192.0.2.0/24"] });
    await onBoth(secret, admitted, "/staging/key", home);
    await onBoth(secret, refused("ip_not_allowed"), "/staging/key", office);
    await updateKey(fixture.context(), { id: key.id, ipAllowlist: ["198.51.100.1"] });
    await onBoth(secret, refused("ip_not_allowed"), "/staging/key", home);
    await onBoth(secret, admitted, "/staging/key", office);
    await updateKey(fixture.context(), { id: key.id, ipAllowlist: [] });
    await onBoth(secret, admitted, "/staging/key", home);
  });

  test("a customer scope shows its customers and nobody else", async () => {
    const { key, secret } = await newKey();
    const [ada, eve] = [await fixture.customer(), await fixture.customer()];
    const shows =
      (...ids: string[]) =>
      (answer: Answer) => {
        expect((answer.json.data as { id: string }[]).map(({ id }) => id)).toEqual(ids);
      };
    await updateKey(fixture.context(), { id: key.id, customers: [ada.id] });
    await onBoth(secret, shows(ada.id));
    await updateKey(fixture.context(), { id: key.id, customers: [ada.id, eve.id] });
    await onBoth(secret, shows(eve.id, ada.id));
    await updateKey(fixture.context(), { id: key.id, customers: null });
    await onBoth(secret, shows(eve.id, ada.id));
  });
});
