import { readFileSync } from "node:fs";
import { auditOf, sqlOf, untilWaiting } from "@test/server/services/support";
import { call, expectProblem, inProcess } from "@test/support/calls";
import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Id } from "@/contracts/ids";
import type { RevealedKey } from "@/contracts/keys";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { newId } from "@/server/core/ids";
import { deleteKey, endOverlap, regenerateKey, revokeKey, revokeKeyWithMade } from "@/server/services/keys";
import {
  createWebhook,
  disableWebhook,
  enableWebhook,
  getWebhook,
  listWebhooks,
  rotateWebhookSecret,
  updateWebhook,
} from "@/server/services/webhooks";

const fixture = suiteFixture();
const api = inProcess(fixture);

beforeEach(() => sqlOf(fixture)`truncate webhook_endpoints`);

const URL_OF_THIEF = "https://thief.example/in";

const desk = (input: Partial<CreateKeyInput> = {}): Promise<RevealedKey> =>
  fixture.key({
    name: "Desk",
    permissions: ["webhooks:manage", "keys:manage", "licenses:read"],
    rateLimits: { minute: 100_000 },
    managesKeys: "own",
    grantsKeyManagement: true,
    ...input,
  });

type Caller = Pick<RevealedKey, "secret">;

const send = ({ secret }: Caller, method: string, path: string, body?: unknown) =>
  call(api, method, `/staging${path}`, { key: secret, ...(body === undefined ? {} : { body }) });

async function done(answer: ReturnType<typeof send>): Promise<{ id: string; secret: string }> {
  const { status, text, json } = await answer;
  expect([200, 201], text).toContain(status);
  return json as { id: string; secret: string };
}

const BODY = { url: URL_OF_THIEF, events: ["license.revoked"] };

/** An endpoint that a key has set up. */
async function setUp(by: Caller): Promise<Id<"whe">> {
  return (await done(send(by, "POST", "/webhooks", BODY))).id as Id<"whe">;
}

/** One that an administrator has set up. */
async function ofConsole(): Promise<Id<"whe">> {
  const { endpoint } = await createWebhook(admin(), {
    environment: "staging",
    url: "https://hooks.acme.example/in",
    events: ["license.revoked"],
  });
  return endpoint.id;
}

async function make(by: Caller, permissions: string[] = ["webhooks:manage", "licenses:read"]) {
  const made = await done(send(by, "POST", "/keys", { name: "Made", permissions }));
  return { id: made.id as Id<"key">, secret: made.secret };
}

const admin = () => fixture.context(adminOf("admin"));

const shown = (id: Id<"whe">) => getWebhook(admin(), { id });

/** The endpoints that the list shows as a key's, in order. */
async function endpointsOf(key: Id<"key">): Promise<Id<"whe">[]> {
  return (await listWebhooks(admin(), { setUpByKey: key })).data.map(({ id }) => id).sort();
}

const isEnabled = async (id: Id<"whe">) => (await shown(id)).disabledAt === null;

describe("An endpoint is known to be of the key", () => {
  test("that set it up, until an administrator gives it another URL and another secret", async () => {
    const by = await desk();
    const id = await setUp(by);
    const ofKey = { setUpByKeyId: by.key.id, secretToldToKeyId: by.key.id };
    await updateWebhook(admin(), { id, description: "Looked at" });
    expect(await shown(id)).toMatchObject(ofKey);
    await updateWebhook(admin(), { id, url: "https://hooks.acme.example/in" });
    expect(await shown(id)).toMatchObject({ ...ofKey, setUpByKeyId: null });
    expect(await endpointsOf(by.key.id)).toEqual([id]);
    await rotateWebhookSecret(admin(), { id });
    expect(await shown(id)).toMatchObject({ setUpByKeyId: null, secretToldToKeyId: null });
    expect(await endpointsOf(by.key.id)).toEqual([]);
  });

  test("that gave it its URL last, though another was told its secret since, and the other way round", async () => {
    const [one, other] = [await desk(), await desk()];
    const [turned, told] = [await ofConsole(), await ofConsole()];
    expect(await shown(turned)).toMatchObject({ setUpByKeyId: null, secretToldToKeyId: null });
    for (const [id, first, second] of [
      [turned, one, other],
      [told, other, one],
    ] as const) {
      await done(send(first, "PATCH", `/webhooks/${id}`, { url: `${URL_OF_THIEF}?token=1` }));
      await done(send(second, "POST", `/webhooks/${id}/rotate-secret`));
      const ofKeys = { setUpByKeyId: first.key.id, secretToldToKeyId: second.key.id };
      expect(await shown(id)).toMatchObject(ofKeys);
    }
    for (const { key } of [one, other]) expect(await endpointsOf(key.id)).toEqual([turned, told].sort());
  });

  test("by way of keys that it made, also of deleted ones", async () => {
    const by = await desk();
    const made = await make(by);
    const id = await setUp(made);
    await revokeKey(admin(), { id: made.id });
    await deleteKey(admin(), { id: made.id, name: "Made" });
    await ofConsole();
    expect(await endpointsOf(by.key.id)).toEqual([id]);
    expect(await endpointsOf(made.id)).toEqual([id]);
    expect(await endpointsOf((await desk()).key.id)).toEqual([]);
  });

  test("that was told the secret of the one that set it up, for as long as such a secret works; in a circle too", async () => {
    const [thief, victim] = [await desk({ managesKeys: "all" }), await desk({ managesKeys: "all" })];
    const id = await setUp(victim);
    const { secret } = await done(send(thief, "POST", `/keys/${victim.key.id}/regenerate`, {}));
    await done(send({ secret }, "POST", `/keys/${thief.key.id}/regenerate`, { overlap: "24h" }));
    for (const { key } of [thief, victim]) expect(await endpointsOf(key.id)).toEqual([id]);
    const { key } = await regenerateKey(admin(), { id: victim.key.id, overlap: "1h" });
    expect(await endpointsOf(thief.key.id)).toEqual([id]);
    await endOverlap(admin(), { id: key.id, overlapUntil: key.overlapUntil as string });
    expect(await endpointsOf(thief.key.id)).toEqual([]);
  });

  test("as the audit tells of those that were there before this was noted", async () => {
    const [one, other] = [await desk(), await desk()];
    const turned = await setUp(one);
    await done(send(other, "PATCH", `/webhooks/${turned}`, { url: `${URL_OF_THIEF}?token=1` }));
    await done(send(other, "PATCH", `/webhooks/${turned}`, { url: `${URL_OF_THIEF}?token=2` }));
    await updateWebhook(admin(), { id: turned, description: "Looked at" });
    const told = await ofConsole();
    await done(send(one, "POST", `/webhooks/${told}/rotate-secret`));
    const cleared = await setUp(one);
    await updateWebhook(admin(), { id: cleared, url: "https://hooks.acme.example/in" });
    await rotateWebhookSecret(admin(), { id: cleared });
    const sql = sqlOf(fixture);
    const noted = () =>
      sql`select id, set_up_by_key_id, secret_told_to_key_id from webhook_endpoints order by id`;
    const before = [...(await noted())];
    expect(before.map(({ id }) => id)).toEqual([turned, told, cleared].sort());
    await sql`update webhook_endpoints set set_up_by_key_id = null, secret_told_to_key_id = null`;
    const migration = readFileSync("drizzle/0078_who_set_an_endpoint_up.sql", "utf8");
    await sql.unsafe(migration.split("--> statement-breakpoint").at(-1) ?? "");
    expect([...(await noted())]).toEqual(before);
  });

  test("which the public API tells no key", async () => {
    const by = await desk();
    const id = await setUp(by);
    const { json } = await send(by, "GET", `/webhooks/${id}`);
    for (const name of ["setUpByKeyId", "secretToldToKeyId"]) expect(json).not.toHaveProperty(name);
  });
});

describe("With a key and what it made, its endpoints are cut off", () => {
  test("whichever of them set them up or was told their secret, each on record, before the first of many keys", async () => {
    const thief = await desk();
    const gone = await make(thief);
    const manages = await make(thief, ["keys:manage", "webhooks:manage", "licenses:read"]);
    const ofManages = await make(manages);
    const told = await ofConsole();
    const ids = [await setUp(thief), await setUp(gone), await setUp(manages), await setUp(ofManages), told];
    await done(send(ofManages, "POST", `/webhooks/${told}/rotate-secret`));
    await revokeKey(admin(), { id: gone.id });
    await deleteKey(admin(), { id: gone.id, name: "Made" });
    const disabledBefore = await setUp(thief);
    await disableWebhook(admin(), { id: disabledBefore });
    const before = await shown(disabledBefore);
    const untouched = [await ofConsole(), await setUp(await desk())];

    const rows = await auditOf(fixture, async () => {
      const answer = await revokeKeyWithMade(admin(), { id: thief.key.id, reason: "Stolen" });
      expect(answer).toEqual({ others: 2, endpoints: 5 });
    });
    expect(rows.map(({ action }) => action)).toEqual([
      "key.revoke",
      ...Array(5).fill("webhook.disable"),
      "key.revoke",
      "key.revoke",
    ]);
    const why = { reason: "manual", cutOffWith: { id: thief.key.id, name: "Desk" }, cutOffReason: "Stolen" };
    for (const { actorKind, after } of rows.slice(1, 6))
      expect({ actorKind, after }).toEqual({ actorKind: "admin", after: why });
    expect(rows.slice(1, 6).map(({ subjectId }) => subjectId)).toEqual([...ids].sort());
    for (const id of ids) expect(await isEnabled(id)).toBe(false);
    for (const id of untouched) expect(await isEnabled(id)).toBe(true);
    expect(await shown(disabledBefore)).toEqual(before);
    expect(await revokeKeyWithMade(admin(), { id: thief.key.id })).toEqual({ others: 0, endpoints: 0 });
  });

  test("and those that an administrator has enabled again once more, while a plain revoke leaves them on", async () => {
    const thief = await desk();
    const id = await setUp(thief);
    await revokeKey(admin(), { id: thief.key.id });
    expect(await isEnabled(id)).toBe(true);
    expect(await revokeKeyWithMade(admin(), { id: thief.key.id })).toEqual({ others: 0, endpoints: 1 });
    await enableWebhook(admin(), { id });
    expect(await revokeKeyWithMade(admin(), { id: thief.key.id })).toEqual({ others: 0, endpoints: 1 });
  });

  test("also of a key that was deleted, on record with its name and without a reason where none was given", async () => {
    const thief = await desk();
    const id = await setUp(thief);
    await revokeKey(admin(), { id: thief.key.id });
    await deleteKey(admin(), { id: thief.key.id, name: "Desk" });
    const rows = await auditOf(fixture, async () => {
      const done = await revokeKeyWithMade(admin(), { id: thief.key.id });
      expect(done).toEqual({ others: 0, endpoints: 1 });
    });
    expect(rows).toMatchObject([{ action: "webhook.disable", subjectId: id }]);
    expect(rows[0]?.after).toEqual({ reason: "manual", cutOffWith: { id: thief.key.id, name: "Desk" } });
    expect(await isEnabled(id)).toBe(false);
  });

  test("in the environment of the key alone, by somebody who has a role there alone", async () => {
    const thief = await desk();
    const id = await setUp(thief);
    const ctx = fixture.context({ ...adminOf("viewer"), environmentRoles: { staging: "admin" } });
    expect(await revokeKeyWithMade(ctx, { id: thief.key.id })).toEqual({ others: 0, endpoints: 1 });
    expect(await isEnabled(id)).toBe(false);
  });

  test("also one that a key is just setting up, for which its revoke waits", async () => {
    const thief = await desk();
    const child = await make(thief);
    const model = await setUp(await desk());
    const sql = sqlOf(fixture);
    const id = newId("whe");
    const { answer } = await sql.begin(async (tx) => {
      // As lockCallingKey does.
      await tx`select from api_keys where id = ${child.id} for no key update`;
      await tx`
        insert into webhook_endpoints
        select (jsonb_populate_record(w, ${JSON.stringify({ id, set_up_by_key_id: child.id })}::text::jsonb)).* from webhook_endpoints w
        where w.id = ${model}`;
      const answer = revokeKeyWithMade(admin(), { id: thief.key.id });
      await untilWaiting(fixture, 1, "%for update%");
      return { answer };
    });
    expect(await answer).toEqual({ others: 1, endpoints: 1 });
    expect(await isEnabled(id)).toBe(false);
  });

  test("while several of them go on making, turning, enabling and deleting them: nothing is sent to what they left", async () => {
    const thief = await desk();
    const children = await Promise.all([make(thief), make(thief), make(thief)]);
    const own = await ofConsole();
    let made = 0;
    const goOn = async (by: Caller) => {
      for (;;) {
        const answer = await send(by, "POST", "/webhooks", BODY);
        if (answer.status === 401) return answer;
        const { id } = answer.json;
        if (answer.status === 201) made += 1;
        await send(by, "PATCH", `/webhooks/${own}`, { url: `${URL_OF_THIEF}?${made}` });
        await send(by, "POST", `/webhooks/${own}/enable`);
        await send(by, "DELETE", `/webhooks/${id}`);
      }
    };
    const going = Promise.all(children.map(goOn));
    await vi.waitFor(() => expect(made).toBeGreaterThan(3), { timeout: 20_000 });
    expect((await revokeKeyWithMade(admin(), { id: thief.key.id })).others).toBe(3);
    for (const answer of await going) expectProblem(answer, "key_revoked");
    const left = (await listWebhooks(admin(), { setUpByKey: thief.key.id })).data;
    expect(left.map(({ id }) => id)).toContain(own);
    expect(left.filter(({ disabledAt }) => disabledAt === null)).toEqual([]);
    expect(fixture.log()).not.toContain("deadlock");
  });
});
