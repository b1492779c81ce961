import { auditOf, refusal, sqlOf, untilWaiting } from "@test/server/services/support";
import { call, expectProblem, inProcess } from "@test/support/calls";
import { adminOf, keyPrincipal } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test, vi } from "vitest";
import type { Id } from "@/contracts/ids";
import type { RevealedKey } from "@/contracts/keys";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { newId } from "@/server/core/ids";
import { listAuditActors, listAuditEvents } from "@/server/services/audit";
import {
  deleteKey,
  endOverlap,
  getKey,
  listKeys,
  regenerateKey,
  revokeKey,
  revokeKeyWithMade,
} from "@/server/services/keys";

const PAST = "2020-01-01T00:00:00Z";

const fixture = suiteFixture();
const api = inProcess(fixture);

const manager = (input: Partial<CreateKeyInput> = {}): Promise<RevealedKey> =>
  fixture.key({
    name: "Shop",
    permissions: ["keys:manage", "licenses:read"],
    rateLimits: { minute: 100_000 },
    managesKeys: "own",
    grantsKeyManagement: true,
    ...input,
  });

const plain = () => fixture.key({ permissions: ["licenses:read"], rateLimits: { minute: 100_000 } });

const send = (secret: string, method: string, path: string, body?: unknown) =>
  call(api, method, `/staging/keys${path}`, { key: secret, ...(body === undefined ? {} : { body }) });

/** What an answer reveals. */
async function revealed(answer: ReturnType<typeof send>): Promise<{ id: Id<"key">; secret: string }> {
  const { status, text, json } = await answer;
  expect([200, 201], text).toContain(status);
  return json as { id: Id<"key">; secret: string };
}

/** Carried out, whatever it answers. */
async function done(answer: ReturnType<typeof send>): Promise<void> {
  const { status, text } = await answer;
  expect([200, 204], text).toContain(status);
}

const make = (secret: string, permissions: string[] = ["licenses:read"]) =>
  revealed(send(secret, "POST", "", { name: "Acme", permissions }));

const admin = () => fixture.context(adminOf("admin"));

/** The ids of the keys that the list shows as made by this one, in order. */
async function madeBy(id: Id<"key">): Promise<Id<"key">[]> {
  return (await listKeys(admin(), { madeBy: id, limit: 200 })).data.map((key) => key.id).sort();
}

describe("Among what a key has made is", () => {
  test("a key of an administrator that it has regenerated, and what that has made", async () => {
    const thief = await manager({ managesKeys: "all" });
    const victim = await manager();
    await revealed(send(thief.secret, "POST", `/${victim.key.id}/regenerate`, { overlap: "24h" }));
    expect(await getKey(admin(), { id: victim.key.id })).toMatchObject({
      createdByKeyId: null,
      toldToKeyId: thief.key.id,
    });
    const made = await make(victim.secret);
    expect(await madeBy(thief.key.id)).toEqual([victim.key.id, made.id].sort());
  });

  test("such a key until no secret works any more that it was told", async () => {
    const thief = await manager({ managesKeys: "all" });
    const { key } = await plain();
    const { id } = key;
    const steal = () => revealed(send(thief.secret, "POST", `/${id}/regenerate`, {}));
    await steal();
    await regenerateKey(admin(), { id });
    expect(await madeBy(thief.key.id)).toEqual([]);
    await steal();
    const { key: renewed } = await regenerateKey(admin(), { id, overlap: "24h" });
    expect(renewed.toldToKeyId).toBeNull();
    expect(await madeBy(thief.key.id)).toEqual([id]);
    await endOverlap(admin(), { id, overlapUntil: renewed.overlapUntil as string });
    expect(await madeBy(thief.key.id)).toEqual([]);
    await steal();
    const { key: again } = await regenerateKey(admin(), { id, overlap: "1h" });
    expect(await madeBy(thief.key.id)).toEqual([id]);
    await sqlOf(
      fixture,
    )`update api_keys set overlap_until = ${fixture.clock.now().toISOString()} where id = ${again.id}`;
    expect(await madeBy(thief.key.id)).toEqual([]);
  });

  test("not the key itself, where keys have told each other's secrets", async () => {
    const [one, other] = [await manager({ managesKeys: "all" }), await manager({ managesKeys: "all" })];
    const secret = await revealed(send(one.secret, "POST", `/${other.key.id}/regenerate`, {}));
    await revealed(send(secret.secret, "POST", `/${one.key.id}/regenerate`, {}));
    expect(await madeBy(one.key.id)).toEqual([other.key.id]);
    expect(await madeBy(other.key.id)).toEqual([one.key.id]);
  });
});

describe("A key is revoked with all that it has made", () => {
  test("also by way of deleted ones, of regenerated ones, and of what a key has revoked; first those that manage keys", async () => {
    const thief = await manager({ managesKeys: "all" });
    const gone = await make(thief.secret, ["keys:manage", "licenses:read"]);
    const ofGone = await make(gone.secret);
    await revokeKey(admin(), { id: gone.id });
    await deleteKey(admin(), { id: gone.id, name: "Acme" });
    const revokedByKey = await make(thief.secret);
    await send(thief.secret, "POST", `/${revokedByKey.id}/revoke`, {});
    const revokedBefore = await make(thief.secret);
    await revokeKey(admin(), { id: revokedBefore.id, reason: "Before" });
    const victim = await plain();
    await revealed(send(thief.secret, "POST", `/${victim.key.id}/regenerate`, {}));
    const manages = await make(thief.secret, ["keys:manage", "licenses:read"]);
    const ofManages = await make(manages.secret);
    const untouched = await plain();

    const rows = await auditOf(fixture, async () => {
      const done = await revokeKeyWithMade(admin(), { id: thief.key.id, reason: "Stolen" });
      expect(done).toEqual({ others: 5, endpoints: 0 });
    });
    expect(rows.map(({ action }) => action)).toEqual(Array(6).fill("key.revoke"));
    expect(rows[0]?.subjectId).toBe(thief.key.id);
    for (const { id } of [thief.key, ofGone, revokedByKey, victim.key, manages, ofManages]) {
      const key = await getKey(admin(), { id });
      expect(key).toMatchObject({ status: "inactive", revokedReason: "Stolen", revokedByKeyId: null });
    }
    expect(await getKey(admin(), { id: revokedBefore.id })).toMatchObject({ revokedReason: "Before" });
    expect(await getKey(admin(), { id: untouched.key.id })).toMatchObject({ status: "active" });
    expect(await revokeKeyWithMade(admin(), { id: thief.key.id })).toEqual({ others: 0, endpoints: 0 });
  });

  test("however many they are, those that manage keys in the first batch", async () => {
    const thief = await manager();
    const { key } = await plain();
    const many = Array.from({ length: 201 }, () => ({ id: newId("key"), created_by_key_id: thief.key.id }));
    await sqlOf(fixture)`
      insert into api_keys
      select (jsonb_populate_record(model, made || jsonb_build_object('digest', sha256((made ->> 'id')::bytea)))).*
      from api_keys model, jsonb_array_elements(${JSON.stringify(many)}::text::jsonb) made where model.id = ${key.id}`;
    // The one with the last id of all.
    const manages = await make(thief.secret, ["keys:manage"]);
    const rows = await auditOf(fixture, async () => {
      expect(await revokeKeyWithMade(admin(), { id: thief.key.id })).toEqual({ others: 202, endpoints: 0 });
    });
    expect(rows.map(({ subjectId }) => subjectId).indexOf(manages.id)).toBeLessThanOrEqual(200);
    const inOrder = [...rows.slice(1, 201)].map(({ subjectId }) => subjectId);
    expect(inOrder).toEqual([...inOrder].sort());
    expect((await listKeys(admin(), { madeBy: thief.key.id, statuses: ["active"] })).data).toEqual([]);
  });

  test("while one of them goes on making keys: nothing works that it has made", async () => {
    const thief = await manager();
    const child = await make(thief.secret, ["keys:manage", "licenses:read"]);
    const secrets: string[] = [];
    const goOn = async () => {
      for (;;) {
        const answer = await send(child.secret, "POST", "", { name: "More", permissions: ["licenses:read"] });
        if (answer.status === 201) secrets.push(answer.json.secret as string);
        // 503: it has waited too long for the revoke that is under way.
        else if (answer.status !== 503) return answer;
      }
    };
    const going = Promise.all([goOn(), goOn(), goOn()]);
    await vi.waitFor(() => expect(secrets.length).toBeGreaterThan(3), { timeout: 20_000 });
    const { others } = await revokeKeyWithMade(admin(), { id: thief.key.id });
    for (const answer of await going) expectProblem(answer, "key_revoked");
    expect(others).toBe(secrets.length + 1);
    expect(fixture.log()).not.toContain("deadlock");
    for (const secret of secrets)
      expectProblem(await call(api, "GET", "/staging/key", { key: secret }), "key_revoked");
  });

  test("though one of them is deleted meanwhile, which would hold up all of its batch", async () => {
    const thief = await manager();
    const [one, other] = [await make(thief.secret), await make(thief.secret)];
    const sql = sqlOf(fixture);
    const done = await sql.begin(async (tx) => {
      await tx`update api_keys set deleted_at = now(), digest = null where id = ${one.id}`;
      const done = revokeKeyWithMade(admin(), { id: thief.key.id });
      await untilWaiting(fixture, 1, "%for update%");
      return { done };
    });
    expect(await done.done).toEqual({ others: 1, endpoints: 0 });
    expect(await getKey(admin(), { id: other.id })).toMatchObject({ status: "inactive" });
  });

  test("also after the key was revoked by itself, has expired, or was deleted by another: that takes the cut-off from nobody", async () => {
    const accomplice = await manager({ managesKeys: "all" });
    const ends: ((thief: RevealedKey) => Promise<unknown>)[] = [
      ({ secret, key }) => done(send(secret, "POST", `/${key.id}/revoke`, {})),
      ({ key }) => sqlOf(fixture)`update api_keys set expires_at = ${PAST} where id = ${key.id}`,
      async ({ secret, key }) => {
        await done(send(secret, "POST", `/${key.id}/revoke`, {}));
        await done(send(accomplice.secret, "DELETE", `/${key.id}`));
        await expect(getKey(admin(), { id: key.id })).rejects.toEqual(refusal("not_found"));
      },
    ];
    for (const [which, end] of ends.entries()) {
      const thief = await manager({ managesKeys: "all" });
      const key = await make(thief.secret);
      await end(thief);
      expect(await madeBy(thief.key.id)).toEqual([key.id]);
      const isDeleted = which === 2;
      const rows = await auditOf(fixture, async () => {
        const done = await revokeKeyWithMade(admin(), { id: thief.key.id, reason: "Stolen" });
        expect(done).toEqual({ others: 1, endpoints: 0 });
      });
      const revoked = isDeleted ? [key.id] : [thief.key.id, key.id];
      expect(rows.map(({ action, subjectId }) => [action, subjectId])).toEqual(
        revoked.map((id) => ["key.revoke", id]),
      );
      expect(await getKey(admin(), { id: key.id })).toMatchObject({
        status: "inactive",
        revokedReason: "Stolen",
        revokedByKeyId: null,
      });
      expect(await revokeKeyWithMade(admin(), { id: thief.key.id })).toEqual({ others: 0, endpoints: 0 });
    }
  });

  test("though a key deletes it while its revoke waits", async () => {
    const thief = await manager();
    const { id } = await make(thief.secret);
    const sql = sqlOf(fixture);
    const { answer } = await sql.begin(async (tx) => {
      await tx`update api_keys set deleted_at = now(), digest = null where id = ${thief.key.id}`;
      const answer = revokeKeyWithMade(admin(), { id: thief.key.id });
      await untilWaiting(fixture, 1, "%for update%");
      return { answer };
    });
    expect(await answer).toEqual({ others: 1, endpoints: 0 });
    expect(await getKey(admin(), { id })).toMatchObject({ status: "inactive" });
  });

  test("of one that never was, or was deleted in an environment out of reach, nothing is known", async () => {
    await expect(revokeKeyWithMade(admin(), { id: newId("key") })).rejects.toEqual(refusal("not_found"));
    const thief = await manager();
    const { id } = await make(thief.secret);
    await revokeKey(admin(), { id: thief.key.id });
    await deleteKey(admin(), { id: thief.key.id, name: "Shop" });
    const elsewhere = (role: "admin" | "viewer", environment: "production" | "staging") =>
      fixture.context({
        ...adminOf("viewer"),
        environmentRoles: { production: "admin", [environment]: role },
      });
    await expect(revokeKeyWithMade(elsewhere("admin", "production"), { id: thief.key.id })).rejects.toEqual(
      refusal("not_found"),
    );
    await expect(revokeKeyWithMade(elsewhere("viewer", "staging"), { id: thief.key.id })).rejects.toEqual(
      refusal("permission_denied"),
    );
    expect(await getKey(admin(), { id })).toMatchObject({ status: "active" });
  });

  test("by nobody who is a key, nor by one who may not manage keys there", async () => {
    const { key } = await manager({ managesKeys: "all" });
    const asKey = fixture.context(keyPrincipal({ permissions: ["keys:manage"] }));
    await expect(revokeKeyWithMade(asKey, { id: key.id })).rejects.toEqual(refusal("not_found"));
    const viewer = fixture.context(adminOf("viewer"));
    await expect(revokeKeyWithMade(viewer, { id: key.id })).rejects.toEqual(refusal("permission_denied"));
    expect(await getKey(admin(), { id: key.id })).toMatchObject({ status: "active" });
  });
});

test("A key with an administrator's address for its name passes for nobody but a key, wherever it stands on record", async () => {
  const { email } = adminOf("admin");
  const thief = await manager({ managesKeys: "all", name: email });
  const made = await make(thief.secret);
  const rows = await auditOf(fixture, () => send(thief.secret, "POST", `/${made.id}/revoke`, {}));
  const actor = `key "${email}"`;
  expect(rows).toMatchObject([{ actor, actorKind: "key", actorId: thief.key.id }]);
  expect(await getKey(admin(), { id: made.id })).toMatchObject({ createdBy: actor, revokedBy: actor });
  const ofAdmin = await listAuditEvents(admin(), { actor: email, limit: 100 });
  expect(ofAdmin.data.filter(({ actorKind }) => actorKind !== "admin")).toEqual([]);
  expect(await listAuditActors(admin())).toContain(actor);
});
