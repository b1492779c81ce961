// @module-tag long
import { runCli, settingsFor } from "@test/cli/run";
import { refusal, sqlOf } from "@test/server/services/support";
import { adminOf, createFixture, type Fixture } from "@test/support/fixture";
import { PEPPER } from "@test/support/secrets";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import { readEnv } from "@/env";
import { findKey } from "@/gateway/authenticate/look-up";
import { keyDigest, pepperCheck } from "@/server/core/secrets";
import { claimKeyMaterial } from "@/server/runtime/key-material";
import type { KeyMaterial, ServiceContext } from "@/server/services/context";
import {
  createKey,
  deleteKey,
  describePepper,
  forgetLostPepper,
  getKey,
  identifyKey,
  regenerateKey,
} from "@/server/services/keys";

const NEXT = "the-next-pepper-of-the-tests";

let fixture: Fixture;

beforeEach(async () => {
  // The real time: which overlaps run is decided by the clock of Postgres.
  fixture = await createFixture({}, new Date());
});
afterEach(() => fixture.close());

/** The context of a process with these peppers. */
function withPeppers(pepper: string | undefined, previousPepper?: string): ServiceContext {
  return { ...fixture.context(), keyMaterial: { prefix: "kw", pepper, previousPepper } };
}

const claim = (keyMaterial: Partial<KeyMaterial>, adopts = true) =>
  claimKeyMaterial(fixture.runtime.databases, { ...fixture.runtime.keyMaterial, ...keyMaterial }, { adopts });

describe("While the pepper is being changed, a key", () => {
  test("works with its secret, and from its first use on without the previous pepper", async () => {
    const { key, secret } = await fixture.key();
    const { secret: unused } = await fixture.key();
    const changing = withPeppers(NEXT, PEPPER);
    expect(await describePepper(changing)).toEqual({ isChanging: true, left: 2, lost: 0 });
    await Promise.all(
      Array.from({ length: 20 }, async () =>
        expect(await findKey(changing, secret)).toMatchObject({ id: key.id, secret: "current" }),
      ),
    );
    await vi.waitFor(async () =>
      expect(await describePepper(changing)).toEqual({ isChanging: true, left: 1, lost: 0 }),
    );
    expect(await findKey(withPeppers(NEXT), secret)).toMatchObject({ id: key.id });
    expect(await findKey(withPeppers(NEXT), unused)).toBeNull();
    expect(await findKey(withPeppers(PEPPER), secret)).toBeNull();
    expect((await getKey(changing, { id: key.id })).updatedAt).toBe(key.updatedAt);
  });

  test("works in processes that have and have not changed yet, as long as both know both peppers", async () => {
    const { key, secret } = await fixture.key();
    const processes = [withPeppers(NEXT, PEPPER), withPeppers(PEPPER, NEXT)];
    for (const ctx of [...processes, ...processes]) {
      expect(await findKey(ctx, secret)).toMatchObject({ id: key.id });
      const check = pepperCheck(ctx.keyMaterial.pepper);
      await vi.waitFor(async () => {
        const [row] = await sqlOf(fixture)`select pepper_check from api_keys where id = ${key.id}`;
        expect(row).toEqual({ pepper_check: check });
      });
    }
  });

  test("keeps the secret in its overlap, and is told apart by what it was before", async () => {
    const { key, secret } = await fixture.key();
    const changing = withPeppers(NEXT, PEPPER);
    const regenerated = await regenerateKey(changing, { id: key.id, overlap: "24h" });
    expect(await describePepper(changing)).toMatchObject({ left: 1 });
    expect(await findKey(changing, secret)).toMatchObject({ id: key.id, secret: "previous" });
    await vi.waitFor(async () => expect(await describePepper(changing)).toMatchObject({ left: 0 }));
    expect(await findKey(withPeppers(NEXT), secret)).toMatchObject({ id: key.id, secret: "previous" });
    expect(await findKey(withPeppers(NEXT), regenerated.secret)).toMatchObject({ secret: "current" });
    const [replaced] = await sqlOf(fixture)`select digest from api_key_replaced_secrets`;
    expect(replaced?.digest).toEqual(keyDigest(secret, NEXT));
  });

  test("is identified under either pepper; one that was replaced before is said to be beyond compare", async () => {
    const { key, secret } = await fixture.key();
    await regenerateKey(fixture.context(), { id: key.id });
    expect(await identifyKey(withPeppers(NEXT, PEPPER), { key: secret })).toMatchObject({
      found: "replaced",
      key: { id: key.id },
    });
    expect(await identifyKey(withPeppers(NEXT), { key: secret })).toEqual({
      found: "nothing",
      wellFormed: true,
      beyondCompare: 1,
    });
  });

  test("whose overlap is over is not left because of it: nothing is opened by that secret", async () => {
    const { key } = await fixture.key();
    const changing = withPeppers(NEXT, PEPPER);
    await regenerateKey(changing, { id: key.id, overlap: "24h" });
    expect(await describePepper(changing)).toMatchObject({ left: 1 });
    await sqlOf(
      fixture,
    )`update api_keys set overlap_until = now() - interval '1 second' where id = ${key.id}`;
    expect(await describePepper(changing)).toMatchObject({ left: 0 });
    await claim({ pepper: NEXT });
  });

  test("that was stored without a pepper gets one", async () => {
    const made = await createKey(withPeppers(undefined), {
      name: "Without",
      environment: "staging",
      permissions: ["jobs:read"],
    });
    const { KEY_PEPPER_PREVIOUS: none } = readEnv({ KEY_PEPPER_PREVIOUS: "none" });
    const changing = withPeppers(NEXT, none);
    await claim({ pepper: NEXT, previousPepper: none });
    expect(await describePepper(changing)).toEqual({ isChanging: true, left: 1, lost: 0 });
    expect(await findKey(changing, made.secret)).toMatchObject({ id: made.key.id });
    await vi.waitFor(async () => expect(await describePepper(changing)).toMatchObject({ left: 0 }));
    expect(await findKey(withPeppers(NEXT), made.secret)).toMatchObject({ id: made.key.id });
  });

  test("that nobody uses may be deleted, and is not left any more", async () => {
    const { key } = await fixture.key({
      expiresAt: new Date(Date.now() + 30 * DAY_MS).toISOString(),
    });
    fixture.clock.advance((40 * DAY_MS) / 1_000);
    const changing = withPeppers(NEXT, PEPPER);
    expect(await describePepper(changing)).toMatchObject({ left: 1 });
    await deleteKey(changing, { id: key.id, name: key.name });
    expect(await describePepper(changing)).toMatchObject({ left: 0 });
  });
});

describe("A process that starts", () => {
  test("with the pepper and the prefix of the installation goes on", async () => {
    await fixture.key();
    await claim({});
    await claim({});
    await claim({ pepper: NEXT, previousPepper: PEPPER });
  });

  test.each([
    ["another pepper", { pepper: NEXT }],
    ["none", { pepper: undefined }],
    ["two others", { pepper: NEXT, previousPepper: "yet-another-pepper" }],
  ])("with %s is told so, before a call is refused", async (_, material) => {
    await fixture.key();
    await fixture.key();
    await expect(claim(material)).rejects.toThrow(/^KEY_PEPPER .* is not what 2 of 2 keys were stored with/);
  });

  test("where there are no keys may have any pepper", async () => {
    await claim({ pepper: NEXT });
  });

  test("takes keys of a version that noted no pepper for its own; in a change it could not tell whose they are", async () => {
    await fixture.key();
    await sqlOf(fixture)`update api_keys set pepper_check = null`;
    await expect(claim({ pepper: NEXT, previousPepper: PEPPER })).rejects.toThrow(
      /^1 key was stored by a version .* Start once without KEY_PEPPER_PREVIOUS/,
    );
    await claim({});
    await expect(claim({ pepper: NEXT })).rejects.toThrow(/1 of 1 keys/);
  });

  test("as a command settles nothing by what it has", async () => {
    await fixture.key();
    await sqlOf(fixture)`update api_keys set pepper_check = null`;
    await claim({ pepper: NEXT, prefix: "other" }, false);
    await claim({});
    await expect(claim({ pepper: NEXT }, false)).rejects.toThrow(/KEY_PEPPER/);
    await expect(claim({ prefix: "other" }, false)).rejects.toThrow(
      /^KEY_PREFIX is other, but the keys of this installation begin with kw\. Set KEY_PREFIX=kw\./,
    );
  });
});

describe("A lost pepper", () => {
  test("is given up for the keys that it was used for: they are revoked, and a regenerate brings them back", async () => {
    const { key, secret } = await fixture.key();
    const ctx = withPeppers(NEXT);
    const own = await fixture.key({ name: "Made since" });
    await sqlOf(
      fixture,
    )`update api_keys set digest = ${keyDigest(own.secret, NEXT)}, pepper_check = ${pepperCheck(NEXT)} where id = ${own.key.id}`;
    expect(await describePepper(ctx)).toEqual({ isChanging: false, left: 0, lost: 1 });
    expect(await forgetLostPepper(ctx)).toEqual([key.id]);
    expect(await describePepper(ctx)).toEqual({ isChanging: false, left: 0, lost: 0 });
    await claim({ pepper: NEXT });
    expect(await getKey(ctx, { id: key.id })).toMatchObject({
      revokedReason: expect.stringMatching(/pepper/),
    });
    expect(await findKey(withPeppers(PEPPER), secret)).toBeNull();
    const regenerated = await regenerateKey(ctx, { id: key.id });
    expect(await findKey(ctx, regenerated.secret)).toMatchObject({ id: key.id });
    expect(await findKey(ctx, own.secret)).toMatchObject({ revokedAt: null });
  });

  test("of a secret in its overlap ends that, and leaves the key as it is", async () => {
    const { key, secret } = await fixture.key();
    const ctx = withPeppers(NEXT);
    const regenerated = await regenerateKey(ctx, { id: key.id, overlap: "24h" });
    expect(await describePepper(ctx)).toMatchObject({ lost: 1 });
    expect(await forgetLostPepper(ctx)).toEqual([]);
    expect(await describePepper(ctx)).toMatchObject({ lost: 0 });
    expect(await findKey(withPeppers(PEPPER), secret)).toBeNull();
    expect(await findKey(ctx, regenerated.secret)).toMatchObject({ id: key.id, revokedAt: null });
  });

  test("is for administrators of keys alone", async () => {
    const viewer = fixture.context(adminOf("viewer"));
    await expect(forgetLostPepper(viewer)).rejects.toEqual(refusal("permission_denied"));
  });
});

describe("The command line", () => {
  const settings = () => settingsFor(fixture.databaseUrl);

  test("refuses another pepper in one line, and mends it where it is lost", async () => {
    await fixture.key();
    const wrong = { ...settings(), KEY_PEPPER: NEXT };
    const refused = await runCli(["key", "list"], wrong);
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toMatch(/^KEY_PEPPER [^\n]*forget-pepper --yes[^\n]*\n$/);
    expect(await runCli(["key", "pepper"], wrong)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("1 key stored with a pepper that is not set here"),
    });
    expect(await runCli(["key", "forget-pepper"], wrong)).toMatchObject({ code: 2, stdout: "" });
    expect(await runCli(["key", "forget-pepper", "--yes"], wrong)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 key revoked."),
    });
    expect(await runCli(["key", "list"], wrong)).toMatchObject({ code: 0 });
  });

  test("says how many keys are left, and changes the prefix of new keys", async () => {
    await fixture.key();
    const changing = { ...settings(), KEY_PEPPER: NEXT, KEY_PEPPER_PREVIOUS: PEPPER };
    expect((await runCli(["key", "pepper"], changing)).stdout).toMatch(
      /^1 key left with KEY_PEPPER_PREVIOUS/,
    );
    await claim({});
    const renamed = { ...settings(), KEY_PREFIX: "acme" };
    expect((await runCli(["key", "list"], renamed)).stderr).toMatch(/^KEY_PREFIX is acme/);
    expect(await runCli(["key", "prefix", "acme"], renamed)).toMatchObject({ code: 0 });
    const made = await runCli(
      ["key", "create", "--name", "a", "--environment", "staging", "--permissions", "jobs:read"],
      renamed,
    );
    expect(made.stdout).toMatch(/^acme_stag_/);
    expect((await runCli(["key", "list"], settings())).stderr).toMatch(/^KEY_PREFIX is kw/);
  });
});
