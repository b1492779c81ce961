import { sqlOf } from "@test/server/services/support";
import { adminOf } from "@test/support/fixture";
import { PEPPER } from "@test/support/secrets";
import { isSignedBy, startWebhookReceiver } from "@test/support/webhook-receiver";
import { sql } from "drizzle-orm";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { withTransaction } from "@/server/database/session";
import { createAdmin } from "@/server/services/admins";
import { listAuditEvents } from "@/server/services/audit";
import type { ServiceContext } from "@/server/services/context";
import { revokeKey, updateKey } from "@/server/services/keys";
import { listNotices } from "@/server/services/notices";
import {
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  failStoppedWebhooks,
  getWebhook,
  getWebhookDelivery,
  hasDueWebhooks,
  listWebhookDeliveries,
  publishWebhooks,
  purgeDeletedWebhooks,
  purgeWebhooks,
  releaseHeldWebhooks,
  resealWebhookSecrets,
  resendWebhook,
  rotateWebhookSecret,
  sendDueWebhooks,
  sendTestWebhook,
  updateWebhook,
} from "@/server/services/webhooks";
import { leaseDelivery } from "@/server/services/webhooks/internal/lease";
import { webhookSuite } from "./support";

const DAY = 86_400;
/** A lease is of the ten seconds that an attempt may take, and twenty more. */
const LEASE_SECONDS = 30;

const suite = webhookSuite();

const refuse = (status: number) => {
  suite.receiver.answer = (response) => response.writeHead(status).end("no");
};
const accept = () => {
  suite.receiver.answer = (response) => response.writeHead(204).end();
};
const rename = (id: string, name: string) => updateKey(suite.fixture.context(), { id: id as never, name });

describe("A delivery", () => {
  test("is signed, has the id of its event, and its time, and is kept with its answer", async () => {
    const { endpoint, secret } = await suite.endpoint();
    const { key } = await suite.fixture.key();
    expect(await suite.send()).toBe(1);
    const [webhook] = suite.receiver.received;
    if (!webhook) throw new Error("Nothing was received");
    expect(isSignedBy(secret, webhook)).toBe(true);
    expect(isSignedBy(`whsec_${Buffer.alloc(32).toString("base64")}`, webhook)).toBe(false);
    const now = suite.fixture.clock.now();
    expect(webhook.headers).toMatchObject({
      "webhook-id": expect.stringMatching(/^msg_[0-9a-z]{26}$/),
      "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
      "content-type": "application/json",
    });
    expect(webhook.json).toMatchObject({
      type: "key.created",
      timestamp: now.toISOString(),
      data: { id: key.id, key: key.maskedKey, environment: "staging" },
    });
    const delivery = await getWebhookDelivery(suite.fixture.context(), {
      id: webhook.id as never,
      endpointId: endpoint.id,
    });
    expect(delivery).toMatchObject({
      state: "delivered",
      attempts: 1,
      status: 204,
      body: webhook.body,
      tried: [{ number: 1, status: 204, error: null, answer: "" }],
    });
  });

  test("that fails is tried again for a day, later each time, with the same id, and is then given up", async () => {
    const revealed = await suite.endpoint();
    await suite.fixture.key();
    refuse(500);
    const start = suite.fixture.clock.now().getTime();
    const seconds: number[] = [];
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const before = suite.receiver.received.length;
      await suite.send();
      if (suite.receiver.received.length > before)
        seconds.push((suite.fixture.clock.now().getTime() - start) / 1_000);
      const [row] = await sqlOf(suite.fixture)<{ at: string | null }[]>`
        select next_attempt_at as at from webhook_deliveries`;
      if (!row?.at) break;
      // Not a moment sooner.
      const wait = (Date.parse(row.at) - suite.fixture.clock.now().getTime()) / 1_000;
      suite.fixture.clock.advance(wait - 0.001);
      await suite.send();
      suite.fixture.clock.advance(0.001);
    }
    expect(seconds).toHaveLength(15);
    const pauses = seconds.slice(1).map((at, index) => at - (seconds[index] ?? 0));
    const wanted = [5, 30, 120, 600, 1_800, 3_600, 7_200, ...Array.from({ length: 7 }, () => 10_800)];
    pauses.forEach((pause, index) => {
      expect(pause / (wanted[index] ?? 0)).toBeGreaterThanOrEqual(0.9);
      expect(pause / (wanted[index] ?? 0)).toBeLessThanOrEqual(1.1);
    });
    expect(seconds.at(-1)).toBeGreaterThan(0.9 * DAY);
    expect(new Set(suite.receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(await suite.states(revealed)).toEqual(["key.created failed"]);
  });

  test("whose worker died after the receiver had it comes again with the same id, once the worker's time is over", async () => {
    await suite.endpoint();
    await suite.fixture.key();
    const { webhookSender } = suite.worker;
    const dead: ServiceContext = {
      ...suite.worker,
      webhookSender: {
        refusalOf: (url) => webhookSender.refusalOf(url),
        async post(webhook) {
          await webhookSender.post(webhook);
          return new Promise<never>(() => undefined);
        },
      },
    };
    void sendDueWebhooks(dead, new AbortController().signal);
    await vi.waitFor(() => expect(suite.receiver.received).toHaveLength(1));
    suite.fixture.clock.advance(LEASE_SECONDS - 1);
    expect(await suite.send()).toBe(0);
    suite.fixture.clock.advance(1);
    expect(await suite.send()).toBe(1);
    const [first, second] = suite.receiver.received;
    expect(second?.id).toBe(first?.id);
    expect(second?.body).toBe(first?.body);
  });

  test("is sent once by workers that look at the same moment", async () => {
    await suite.endpoint();
    for (let index = 0; index < 4; index += 1) await suite.fixture.key();
    await Promise.all([suite.send(), suite.send(), suite.send()]);
    expect(new Set(suite.receiver.received.map(({ id }) => id)).size).toBe(4);
    expect(suite.receiver.received).toHaveLength(4);
  });

  test("can be sent again, at once and with the same id, and neither waits for others nor holds them up", async () => {
    const { endpoint } = await suite.endpoint();
    const { key } = await suite.fixture.key();
    await suite.send();
    const [{ id = "" } = {}] = suite.receiver.received;
    suite.told();
    refuse(500);
    await rename(key.id, "Second");
    await suite.send();
    suite.told();
    const resent = await resendWebhook(suite.fixture.context(), { id: id as never, endpointId: endpoint.id });
    expect(resent).toMatchObject({ state: "waiting", attempts: 1, tried: [{ number: 1 }] });
    await suite.send();
    expect(suite.receiver.received.map((one) => one.id)).toEqual([id]);
    suite.told();
    accept();
    suite.fixture.clock.advance(6);
    await suite.send();
    expect(suite.told().sort()).toEqual(["key.created", "key.updated"]);
    await rename(key.id, "Third");
    expect(await suite.send()).toBe(1);
  });

  test("that is sent again while an attempt is under way goes on being tried when that fails", async () => {
    const revealed = await suite.endpoint();
    const which = { endpointId: revealed.endpoint.id };
    await suite.fixture.key();
    let answers: (() => unknown) | undefined;
    suite.receiver.answer = (response) => {
      answers = () => response.writeHead(500).end();
    };
    const sending = suite.send();
    await vi.waitFor(() => expect(answers).toBeDefined());
    const [{ id = "" } = {}] = suite.receiver.received;
    await resendWebhook(suite.fixture.context(), { id: id as never, ...which });
    answers?.();
    await sending;
    expect(await suite.states(revealed)).toEqual(["key.created waiting"]);
    accept();
    suite.fixture.clock.advance(6);
    expect(await suite.send()).toBe(1);
    expect(suite.told()).toEqual(["key.created", "key.created"]);
  });

  test("is kept for thirty days", async () => {
    await suite.endpoint();
    await suite.fixture.key();
    await suite.send();
    suite.fixture.clock.advance(30 * DAY);
    expect(await purgeWebhooks(suite.worker)).toBe(0);
    suite.fixture.clock.advance(1);
    expect(await purgeWebhooks(suite.worker)).toBe(1);
    const sql = sqlOf(suite.fixture);
    expect(await sql`select from webhook_deliveries`).toHaveLength(0);
    expect(await sql`select from webhook_attempts`).toHaveLength(0);
  });

  test("is not removed while it waits, unless nobody is left that it could be sent to", async () => {
    const { endpoint } = await suite.endpoint();
    const second = await suite.endpoint();
    await suite.fixture.key();
    suite.fixture.clock.advance(31 * DAY);
    expect(await purgeWebhooks(suite.worker)).toBe(0);
    await deleteWebhook(suite.fixture.context(), { id: second.endpoint.id });
    expect(await suite.send()).toBe(1);
    expect(await purgeWebhooks(suite.worker)).toBe(1);
    await suite.fixture.key();
    await deleteWebhook(suite.fixture.context(), { id: endpoint.id });
    suite.fixture.clock.advance(31 * DAY);
    expect(await purgeWebhooks(suite.worker)).toBe(1);
  });
});

describe("Events of one record", () => {
  test("come in the order in which they happened; one that fails holds back those after it, and no other record's", async () => {
    await suite.endpoint();
    const { key } = await suite.fixture.key();
    await rename(key.id, "Second");
    await revokeKey(suite.fixture.context(), { id: key.id });
    const other = await suite.fixture.key();
    suite.receiver.answer = (response, { json }) =>
      response.writeHead(json.data.id === key.id ? 503 : 204).end();
    await suite.send();
    expect(suite.receiver.received.map(({ type, json }) => [type, json.data.id])).toEqual([
      ["key.created", key.id],
      ["key.created", other.key.id],
    ]);
    suite.told();
    accept();
    suite.fixture.clock.advance(6);
    await suite.send();
    expect(suite.told()).toEqual(["key.created", "key.updated", "key.revoked"]);
  });

  test("wait at the endpoint that fails, and at no other", async () => {
    const second = await startWebhookReceiver();
    onTestFinished(() => second.close());
    await suite.endpoint();
    await suite.endpoint({ url: second.url });
    refuse(500);
    const { key } = await suite.fixture.key();
    await rename(key.id, "Second");
    await suite.send();
    expect(suite.told()).toEqual(["key.created"]);
    expect(second.received.map(({ type }) => type)).toEqual(["key.created", "key.updated"]);
    expect(second.received[0]?.id).toMatch(/^msg_/);
  });

  test("go on once the one before is given up", async () => {
    const { endpoint } = await suite.endpoint();
    const { key } = await suite.fixture.key();
    await rename(key.id, "Second");
    await sqlOf(suite.fixture)`
      update webhook_deliveries set tries = 14 where message_id = (select min(id) from webhook_messages)`;
    refuse(500);
    await suite.send();
    accept();
    expect(await suite.send()).toBe(0);
    expect(suite.told()).toEqual(["key.created", "key.updated"]);
    const { data } = await listWebhookDeliveries(suite.fixture.context(), { endpointId: endpoint.id });
    expect(data.map(({ state }) => state)).toEqual(["waiting", "failed"]);
  });

  test("that one held back for longer than thirty hours are tried once each and follow it, and one sent by hand has its day", async () => {
    const revealed = await suite.endpoint();
    const { key } = await suite.fixture.key();
    await rename(key.id, "Second");
    await revokeKey(suite.fixture.context(), { id: key.id });
    refuse(500);
    suite.fixture.clock.advance(30 * 3_600);
    await suite.send();
    expect(suite.receiver.received.map(({ type }) => type)).toEqual([
      "key.created",
      "key.updated",
      "key.revoked",
    ]);
    expect(await suite.states(revealed)).toEqual([
      "key.revoked failed",
      "key.updated failed",
      "key.created failed",
    ]);
    const [{ id = "" } = {}] = suite.receiver.received;
    await resendWebhook(suite.fixture.context(), { id: id as never, endpointId: revealed.endpoint.id });
    await suite.send();
    accept();
    suite.fixture.clock.advance(6);
    expect(await suite.send()).toBe(1);
  });
});

describe("What is held back behind a delivery that a process of the version before has ended", () => {
  /** One that fails, and one held back behind it; then the first is noted as taken by who knows of nothing held back. */
  const leftBehind = async () => {
    const revealed = await suite.endpoint();
    const { key } = await suite.fixture.key();
    await rename(key.id, "Second");
    refuse(500);
    await suite.send();
    accept();
    suite.told();
    await sqlOf(suite.fixture)`
      update webhook_deliveries set lease_token = null, lease_until = null, state = 'delivered', next_attempt_at = null
      where not is_held_back`;
    suite.fixture.clock.advance(6);
    expect(await suite.send()).toBe(0);
    return { revealed, key };
  };

  test("is released by maintenance, with what has happened since, in order", async () => {
    const { key } = await leftBehind();
    await rename(key.id, "Third");
    expect(await suite.send()).toBe(0);
    // One that stands in no order, held back by mistake.
    const other = await suite.fixture.key();
    await sqlOf(suite.fixture)`
      update webhook_deliveries set is_by_hand = true, is_held_back = true where subject_id = ${other.key.id}`;
    expect(await releaseHeldWebhooks(suite.worker)).toBe(2);
    await suite.send();
    const names = suite.receiver.received.map(({ json }) => [json.data.id, json.data.name]);
    expect(names.filter(([id]) => id === key.id).map(([, name]) => name)).toEqual(["Second", "Third"]);
    expect(names).toHaveLength(3);
    expect(await releaseHeldWebhooks(suite.worker)).toBe(0);
  });

  test("goes out when it is sent again by hand", async () => {
    const { revealed } = await leftBehind();
    const [held] = await sqlOf(
      suite.fixture,
    )`select message_id as id from webhook_deliveries where is_held_back`;
    await resendWebhook(suite.fixture.context(), { id: held?.id, endpointId: revealed.endpoint.id });
    expect(await suite.send()).toBe(1);
    expect(suite.told()).toEqual(["key.updated"]);
  });

  test("stays held back where one before it waits", async () => {
    await suite.endpoint();
    const { key } = await suite.fixture.key();
    await rename(key.id, "Second");
    refuse(500);
    await suite.send();
    expect(await releaseHeldWebhooks(suite.worker)).toBe(0);
    expect(await sqlOf(suite.fixture)`select from webhook_deliveries where is_held_back`).toHaveLength(1);
  });
});

/** More than is done at a time. */
const COUNT = 2_100;

/** So many events at once, of records named by their places. */
const publish = async (subjectId: (index: number) => string) => {
  const events = Array.from({ length: COUNT }, (_, index) => ({
    type: "key.updated" as const,
    environment: "staging" as const,
    subjectId: subjectId(index),
    data: { id: subjectId(index), index },
  }));
  await withTransaction(suite.worker, (ctx) => publishWebhooks(ctx, events));
  // As Postgres does by itself in time; until then it takes the table for a small one.
  await sqlOf(suite.fixture)`analyze webhook_deliveries`;
};
const repeated = async (task: (ctx: ServiceContext) => Promise<number>) => {
  const counts = [await task(suite.worker)];
  while (counts.at(-1) !== 0) counts.push(await task(suite.worker));
  return counts;
};
const waiting = () => sqlOf(suite.fixture)`select from webhook_deliveries where state = 'waiting'`;

describe("A look for what is due", () => {
  /** Rows of deliveries that a worker reads which looks once and finds something, or nothing. */
  const rowsRead = () =>
    withTransaction(suite.worker, async (ctx) => {
      const readSoFar = async () => {
        const [row] = await ctx.tx.execute<{ read: number }>(sql`
          select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables
          where relname = 'webhook_deliveries'`);
        return row?.read ?? 0;
      };
      const before = await readSoFar();
      const lease = await leaseDelivery(ctx);
      return { lease, read: (await readSoFar()) - before };
    });
  /** Sends so many, and no more. @returns the places of what was sent, by their records */
  const sendSome = async (wanted: number) => {
    const stop = new AbortController();
    suite.receiver.answer = (response) => {
      response.writeHead(204).end();
      if (suite.receiver.received.length === wanted) stop.abort();
    };
    await sendDueWebhooks(suite.worker, stop.signal);
    const places = new Map<unknown, number[]>();
    for (const { id, index } of suite.receiver.received.map(({ json }) => json.data)) {
      places.set(id, [...(places.get(id) ?? []), Number(index)]);
    }
    return [...places.values()];
  };

  test.each([
    ["one record", () => "key_1"],
    ["ten records", (index: number) => `key_${index % 10}`],
  ])("passes by what waits behind a failure of %s, however much that is", async (_, subjectId) => {
    await suite.endpoint();
    await publish(subjectId);
    refuse(500);
    await suite.send();
    const records = new Set(suite.receiver.received.map(({ json }) => json.data.id)).size;
    expect(suite.told()).toHaveLength(records);
    const { lease, read } = await rowsRead();
    expect(lease).toBeNull();
    expect(read).toBeLessThan(10 * records);
    // What is held back comes once the one before it is taken, and in order.
    suite.fixture.clock.advance(6);
    for (const [first = 0, ...others] of await sendSome(records * 3)) {
      expect(first).toBeLessThan(records);
      expect(others).toEqual(others.map((_, index) => first + (index + 1) * records));
    }
  });

  test("finds the first of a backlog without reading the rest", async () => {
    await suite.endpoint();
    await publish((index) => `key_${index}`);
    const { lease, read } = await rowsRead();
    expect(lease).not.toBeNull();
    expect(read).toBeLessThan(20);
  });
});

describe("An endpoint", () => {
  test("that answers 410 is disabled at once, with a notice and an audit row; what waits has failed and can be resent", async () => {
    const admin = await createAdmin(suite.fixture.context(), {
      email: "ada@acme.example",
      password: "correct horse battery",
      role: "admin",
      name: "Ada",
      environmentRoles: null,
    });
    const revealed = await suite.endpoint();
    await suite.fixture.key();
    await suite.fixture.key();
    refuse(410);
    await suite.send();
    expect(suite.told()).toHaveLength(1);
    const { id } = revealed.endpoint;
    expect(await getWebhook(suite.fixture.context(), { id })).toMatchObject({ disabledReason: "gone" });
    expect(await suite.states(revealed)).toEqual(["key.created failed", "key.created failed"]);
    const { data: notices } = await listNotices(suite.fixture.context({ kind: "admin", ...admin }), {});
    expect(notices).toEqual([expect.objectContaining({ kind: "webhook_disabled" })]);
    const { data: events } = await listAuditEvents(suite.fixture.context(), {
      subjectId: id,
      limit: 10,
    });
    expect(events[0]).toMatchObject({
      action: "webhook.disable",
      actor: "jobs",
      after: { reason: "gone" },
    });
    const { data: deliveries } = await listWebhookDeliveries(suite.fixture.context(), { endpointId: id });
    const which = { id: deliveries[0]?.id as never, endpointId: id };
    await expect(resendWebhook(suite.fixture.context(), which)).rejects.toMatchObject({
      code: "invalid_state",
    });
    await enableWebhook(suite.fixture.context(), { id });
    accept();
    await resendWebhook(suite.fixture.context(), which);
    expect(await suite.send()).toBe(1);
  });

  test("that takes nothing for a week is disabled, and not by one slip after a quiet week", async () => {
    const { endpoint } = await suite.endpoint();
    const reason = async () =>
      (await getWebhook(suite.fixture.context(), { id: endpoint.id })).disabledReason;
    refuse(500);
    await suite.fixture.key();
    await suite.send();
    suite.fixture.clock.advance(7 * DAY);
    await suite.fixture.key();
    // The second attempt at the first key's event, and the first at the other's.
    await suite.send();
    expect(await reason()).toBeNull();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      suite.fixture.clock.advance(700);
      await suite.send();
    }
    expect(await reason()).toBe("failing");
    expect(await suite.send()).toBe(0);
  });

  test("whose URL is changed during an attempt is not judged by what the old one answers", async () => {
    const second = await startWebhookReceiver();
    onTestFinished(() => second.close());
    const revealed = await suite.endpoint();
    const { id } = revealed.endpoint;
    for (const status of [410, 500, 204]) {
      await suite.fixture.key();
      let answers: (() => unknown) | undefined;
      suite.receiver.answer = (response) => {
        answers = () => response.writeHead(status).end();
      };
      const sending = suite.send();
      await vi.waitFor(() => expect(answers).toBeDefined());
      await updateWebhook(suite.fixture.context(), { id, url: second.url });
      answers?.();
      await sending;
      expect(await getWebhook(suite.fixture.context(), { id })).toMatchObject({
        disabledReason: null,
        failingSince: null,
      });
      await updateWebhook(suite.fixture.context(), { id, url: suite.receiver.url });
    }
    // What the old one has not taken goes to the new one at once, and what it has taken to nobody else.
    expect(suite.told()).toHaveLength(3);
    expect(second.received).toHaveLength(2);
    expect(await suite.states(revealed)).toEqual(Array(3).fill("key.created delivered"));
  });

  test("whose URL is changed has its week anew", async () => {
    const { endpoint } = await suite.endpoint();
    refuse(500);
    await suite.fixture.key();
    await suite.send();
    const { url } = suite.receiver;
    const described = { id: endpoint.id, description: "Billing" };
    expect((await updateWebhook(suite.fixture.context(), described)).failingSince).not.toBeNull();
    const moved = { id: endpoint.id, url: `${url}/new` };
    expect((await updateWebhook(suite.fixture.context(), moved)).failingSince).toBeNull();
  });

  test("that takes one in between has a week again", async () => {
    const { endpoint } = await suite.endpoint();
    refuse(500);
    await suite.fixture.key();
    await suite.send();
    suite.fixture.clock.advance(6 * DAY);
    accept();
    expect(await suite.send()).toBe(1);
    expect(await getWebhook(suite.fixture.context(), { id: endpoint.id })).toMatchObject({
      failingSince: null,
    });
  });

  test("that is disabled is sent nothing, and once enabled what happens from then on", async () => {
    const { endpoint } = await suite.endpoint();
    await disableWebhook(suite.fixture.context(), { id: endpoint.id });
    await suite.fixture.key();
    await enableWebhook(suite.fixture.context(), { id: endpoint.id });
    await suite.fixture.customer();
    const { key } = await suite.fixture.key();
    await suite.send();
    expect(suite.receiver.received.map(({ json }) => json.data.id)).toEqual([key.id]);
  });

  test("that is enabled is not sent what a change told that was under way when it was disabled", async () => {
    const revealed = await suite.endpoint();
    const { id } = revealed.endpoint;
    await withTransaction(suite.fixture.context(), async (ctx) => {
      const about = { subjectId: "key_1", data: { id: "key_1" } };
      await publishWebhooks(ctx, [{ type: "key.updated", environment: "staging", ...about }]);
      await disableWebhook(suite.fixture.context(), { id });
    });
    suite.fixture.clock.advance(21 * DAY);
    await enableWebhook(suite.fixture.context(), { id });
    expect(await suite.send()).toBe(0);
    expect(await suite.states(revealed)).toEqual(["key.updated failed"]);
  });

  test("that is slow holds up no other", async () => {
    const slow = await startWebhookReceiver();
    onTestFinished(() => slow.close());
    slow.answer = () => undefined;
    await suite.endpoint({ url: slow.url });
    await suite.endpoint();
    for (let index = 0; index < 6; index += 1) await suite.fixture.key();
    const stop = new AbortController();
    // As many as a process has.
    const workers = [1, 2, 3].map(() => sendDueWebhooks(suite.worker, stop.signal, 0));
    await vi.waitFor(() => expect(suite.receiver.received).toHaveLength(6), { timeout: 10_000 });
    expect(slow.received).toHaveLength(2);
    stop.abort();
    await Promise.all(workers);
  });

  test("is deleted at once, however much was sent to it, and maintenance removes that bit by bit and nothing else", async () => {
    const { endpoint } = await suite.endpoint();
    const other = await suite.endpoint({ events: ["key.created"] });
    await suite.fixture.key();
    await suite.send();
    await publish((index) => `key_${index}`);
    await deleteWebhook(suite.fixture.context(), { id: endpoint.id });
    expect(await sqlOf(suite.fixture)`select from webhook_deliveries`).toHaveLength(COUNT + 2);
    expect(await repeated(purgeDeletedWebhooks)).toEqual([1_000, 1_000, COUNT + 1 - 2_000, 0]);
    expect(await suite.states(other)).toEqual(["key.created delivered"]);
    expect(await sqlOf(suite.fixture)`select from webhook_attempts`).toHaveLength(1);
  });

  test("is disabled at once, however much waits: all of it fails bit by bit, by maintenance", async () => {
    const { endpoint } = await suite.endpoint();
    const { id } = endpoint;
    await publish((index) => `key_${index}`);
    await disableWebhook(suite.fixture.context(), { id });
    expect(await waiting()).toHaveLength(COUNT - 1_000);
    expect(await suite.send()).toBe(0);
    expect(await repeated(failStoppedWebhooks)).toEqual([1, 1, 0]);
    expect(await waiting()).toHaveLength(0);
  });

  test("is enabled at once, however much waits from before: that fails bit by bit, and what happens or is sent by hand then goes out", async () => {
    const revealed = await suite.endpoint();
    const { id } = revealed.endpoint;
    await publish((index) => `key_${index}`);
    const disableAndEnable = async () => {
      await disableWebhook(suite.fixture.context(), { id });
      await enableWebhook(suite.fixture.context(), { id });
    };
    await disableAndEnable();
    expect(await waiting()).toHaveLength(COUNT - 2_000);
    expect(await repeated(failStoppedWebhooks)).toEqual([1, 0]);
    expect(await waiting()).toHaveLength(0);
    await publish((index) => `key_${index}`);
    await disableAndEnable();
    // Of before, one that waits and is tried again later, and one that has failed.
    const [past, failed] = await sqlOf(suite.fixture)`
      select distinct on (state) message_id as id, subject_id as subject from webhook_deliveries order by state desc`;
    const subject = { subjectId: past?.subject, data: { id: past?.subject, index: "now" } };
    await sqlOf(suite.fixture)`
      update webhook_deliveries set next_attempt_at = next_attempt_at + interval '1 hour' where state = 'waiting'`;
    await withTransaction(suite.worker, (ctx) =>
      publishWebhooks(ctx, [{ type: "key.updated", environment: "staging", ...subject }]),
    );
    for (const one of [past, failed])
      await resendWebhook(suite.fixture.context(), { id: one?.id, endpointId: id });
    expect(await suite.send()).toBe(3);
    const told = suite.receiver.received;
    expect(told.map(({ json, id }) => (json.data.index === "now" ? "now" : id)).sort()).toEqual(
      ["now", past?.id, failed?.id].sort(),
    );
    expect(await waiting()).toHaveLength(0);
  });

  test("that somebody else has locked keeps no worker from the others", async () => {
    const { endpoint } = await suite.endpoint({ url: `${suite.receiver.url}/locked` });
    await suite.endpoint();
    await suite.fixture.key();
    const paths = () => suite.receiver.received.map(({ path }) => path.includes("locked"));
    let sending: Promise<number> | undefined;
    await sqlOf(suite.fixture).begin(async (tx) => {
      await tx`select from webhook_endpoints where id = ${endpoint.id} for no key update`;
      sending = suite.send();
      await vi.waitFor(() => expect(paths()).toEqual([false]), { timeout: 5_000 });
    });
    expect(await sending).toBe(2);
    expect(paths()).toEqual([false, true]);
  });

  test("has nothing left to be sent now while all that is due is being sent", async () => {
    await suite.endpoint();
    await suite.fixture.key();
    expect(await hasDueWebhooks(suite.worker)).toBe(true);
    await leaseDelivery(suite.worker);
    expect(await hasDueWebhooks(suite.worker)).toBe(false);
    suite.fixture.clock.advance(LEASE_SECONDS + 1);
    expect(await hasDueWebhooks(suite.worker)).toBe(true);
  });

  test("that does not answer leaves a worker to those that do, however many such there are", async () => {
    const silent = await startWebhookReceiver();
    onTestFinished(() => silent.close());
    silent.answer = () => undefined;
    for (let index = 0; index < 4; index += 1) await suite.endpoint({ url: silent.url });
    // As after a first attempt that nobody has answered.
    await sqlOf(
      suite.fixture,
    )`update webhook_endpoints set failing_since = ${suite.fixture.clock.now().toISOString()}`;
    await suite.endpoint();
    for (let index = 0; index < 6; index += 1) await suite.fixture.key();
    const stop = new AbortController();
    const workers = [1, 2, 3].map(() => sendDueWebhooks(suite.worker, stop.signal, 0));
    await vi.waitFor(() => expect(suite.receiver.received).toHaveLength(6), { timeout: 10_000 });
    expect(silent.received).toHaveLength(2);
    stop.abort();
    await Promise.all(workers);
  });

  test("is signed for with both secrets for a day after a rotation, and with the new one alone from then on", async () => {
    const { endpoint, secret: before } = await suite.endpoint();
    const { secret: after } = await rotateWebhookSecret(suite.fixture.context(), { id: endpoint.id });
    const signers = async () => {
      await suite.fixture.key();
      await suite.send();
      const [webhook] = suite.receiver.received.splice(0);
      if (!webhook) throw new Error("Nothing was received");
      return [before, after].map((secret) => isSignedBy(secret, webhook));
    };
    expect(await signers()).toEqual([true, true]);
    suite.fixture.clock.advance(DAY);
    expect(await signers()).toEqual([false, true]);
  });

  test("is signed for while the pepper is changed, and after it, once maintenance has sealed its secret anew", async () => {
    const { secret } = await suite.endpoint();
    const under = (pepper: string, previousPepper?: string) => ({
      ...suite.worker,
      keyMaterial: { prefix: "kw", pepper, previousPepper },
    });
    const NEW = "another pepper of some length";
    const send = (ctx: ServiceContext) => sendDueWebhooks(ctx, new AbortController().signal);
    await suite.fixture.key();
    expect(await send(under(NEW, PEPPER))).toBe(1);
    expect(await resealWebhookSecrets(under(NEW, PEPPER))).toBe(1);
    expect(await resealWebhookSecrets(under(NEW, PEPPER))).toBe(0);
    await suite.fixture.key();
    expect(await send(under(NEW))).toBe(1);
    expect(suite.receiver.received.every((webhook) => isSignedBy(secret, webhook))).toBe(true);
    await suite.fixture.key();
    expect(await send(under(PEPPER))).toBe(0);
    const [row] = await sqlOf(suite.fixture)`select error from webhook_deliveries where state = 'waiting'`;
    expect(row?.error).toMatch(/signing secret cannot be opened/);
  });

  test("can be sent a test event, which waits for none of the others", async () => {
    const { endpoint, secret } = await suite.endpoint({ events: ["job.failed"] });
    const { id } = await sendTestWebhook(suite.fixture.context(adminOf("admin")), { id: endpoint.id });
    expect(await suite.send()).toBe(1);
    const [webhook] = suite.receiver.received;
    expect(webhook).toMatchObject({ id, type: "webhook.test" });
    expect(webhook && isSignedBy(secret, webhook)).toBe(true);
  });
});
