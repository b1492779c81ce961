import { inspect } from "node:util";
import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { generateKey } from "@/server/core/key-format";
import { deleteKey, endOverlap, identifyKey, regenerateKey, revokeKey } from "@/server/services/keys";
import { everyRow, refusal, sqlOf, withKey } from "../support";

const fixture = suiteFixture();

/** As an administrator of one's own, whose questions nobody else's are counted with. */
const identify = (key: string) => identifyKey(fixture.context(adminOf("viewer")), { key });

describe("Whose key is this?", () => {
  test("answers with the key of a current secret, whatever its status, and never with the secret", async () => {
    const { key, secret } = await fixture.key();
    expect(await identify(secret)).toEqual({ found: "current", key });
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    const answer = await identify(secret);
    expect(answer).toMatchObject({ found: "current", key: { id: key.id, status: "inactive" } });
    expect(JSON.stringify(answer)).not.toContain(secret.slice(-38, -6));
  });

  test("tells a previous secret from one that was replaced, at the instant at which its overlap ends", async () => {
    const { key, secret } = await fixture.key();
    const renewed = await regenerateKey(fixture.context(), { id: key.id, overlap: "15m" });
    const replacedAt = fixture.clock.now().toISOString();
    fixture.clock.advance(15 * 60 - 0.001);
    expect(await identify(secret)).toMatchObject({ found: "previous", key: { id: key.id } });
    fixture.clock.advance(0.001);
    expect(await identify(secret)).toMatchObject({ found: "replaced", replacedAt, key: { id: key.id } });
    expect(await identify(renewed.secret)).toMatchObject({ found: "current", key: { id: key.id } });
  });

  test("remembers every secret that was replaced, also after others were and after an overlap was ended", async () => {
    const first = await fixture.key();
    const { id } = first.key;
    const second = await regenerateKey(fixture.context(), { id, overlap: "1h" });
    await endOverlap(fixture.context(), { id, overlapUntil: second.key.overlapUntil ?? "" });
    await regenerateKey(fixture.context(), { id, overlap: "now" });
    for (const { secret } of [first, second])
      expect(await identify(secret)).toMatchObject({ found: "replaced", key: { id } });
  });

  test("knows a key whose checksum is missing or mistyped, as that keeps nothing secret, and one with a bit of a line before it", async () => {
    const { key, secret } = await fixture.key();
    for (const leaked of [
      secret.slice(0, -6),
      secret.slice(0, -2),
      `${secret.slice(0, -1)}${secret.endsWith("0") ? 1 : 0}`,
      `20${secret}`,
      `u003d${secret.slice(0, -6)}`,
    ]) {
      expect(await identify(leaked)).toEqual({ found: "current", key });
    }
  });

  test("says of what is not ours whether its checksum holds: a deleted key, another installation's, a mistyped one", async () => {
    const { key, secret } = await fixture.key();
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    await deleteKey(fixture.context(), { id: key.id, name: key.name });
    for (const real of [secret, generateKey("kw", "production")])
      expect(await identify(real)).toEqual({ found: "nothing", wellFormed: true, beyondCompare: 0 });
    for (const wrong of [
      secret.slice(0, -1),
      secret.slice(0, -7),
      `${secret.slice(0, 12)}~${secret.slice(13)}`,
      "kw_prod_",
      "x".repeat(200),
    ])
      expect(await identify(wrong)).toEqual({ found: "nothing", wellFormed: false, beyondCompare: 0 });
  });

  test("stores and logs nothing of what it was asked, also where it fails", async () => {
    const { secret } = await fixture.key();
    const stranger = generateKey("kw", "staging");
    const before = await everyRow(fixture);
    for (const asked of [secret, stranger, stranger.slice(0, -1)]) await identify(asked);
    expect(await everyRow(fixture)).toEqual(before);
    await sqlOf(fixture)`alter table api_key_replaced_secrets rename to elsewhere`;
    const failure: unknown = await identify(stranger).catch((error: unknown) => error);
    await sqlOf(fixture)`alter table elsewhere rename to api_key_replaced_secrets`;
    const told = inspect(failure, { depth: 9 });
    expect(told).toContain("api_key_replaced_secrets");
    expect(told).not.toContain(stranger.slice(-38, -6));
    for (const asked of [secret, stranger]) expect(fixture.log()).not.toContain(asked.slice(-38, -6));
  });

  test("is asked at most 20 times a minute by one administrator: a stolen list is not sorted here", async () => {
    const ctx = fixture.context(adminOf("owner"));
    const ask = () => identifyKey(ctx, { key: generateKey("kw", "staging") });
    for (let question = 0; question < 20; question++) await ask();
    await expect(ask()).rejects.toMatchObject({
      code: "rate_limited",
      extensions: { retryAfter: expect.any(Number) },
    });
    // What cannot be a key counts as well, and another administrator is not held up.
    await expect(identifyKey(ctx, { key: "nonsense" })).rejects.toEqual(refusal("rate_limited"));
    expect(await identify("nonsense")).toEqual({ found: "nothing", wellFormed: false, beyondCompare: 0 });
    fixture.clock.advance(120);
    expect(await ask()).toEqual({ found: "nothing", wellFormed: true, beyondCompare: 0 });
  });

  test("is refused to an API key", async () => {
    const { secret } = await fixture.key();
    await expect(identifyKey(await withKey(fixture), { key: secret })).rejects.toEqual(
      refusal("permission_denied"),
    );
  });
});
