import { sqlOf } from "@test/server/services/support";
import { startWebhookReceiver } from "@test/support/webhook-receiver";
import { describe, expect, onTestFinished, test } from "vitest";
import { withDriverTransaction } from "@/server/database/session";
import { revokeKey } from "@/server/services/keys";
import {
  listWebhookDeliveries,
  releaseHeldWebhooks,
  resendWebhook,
  sendDueWebhooks,
} from "@/server/services/webhooks";
import { takeTurn } from "@/server/services/webhooks/internal/lease";
import { webhookSuite } from "./support";

const suite = webhookSuite();

describe("Events of one record", () => {
  test("come in the order in which they happened; one that fails holds back those after it, and no other record's", async () => {
    await suite.endpoint();
    const { key } = await suite.fixture.key();
    await suite.rename(key.id, "Second");
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
    suite.accept();
    suite.fixture.clock.advance(6);
    await suite.send();
    expect(suite.told()).toEqual(["key.created", "key.updated", "key.revoked"]);
  });

  test("wait at the endpoint that fails, and at no other", async () => {
    const second = await startWebhookReceiver();
    onTestFinished(() => second.close());
    await suite.endpoint();
    await suite.endpoint({ url: second.url });
    suite.refuse(500);
    const { key } = await suite.fixture.key();
    await suite.rename(key.id, "Second");
    await suite.send();
    expect(suite.told()).toEqual(["key.created"]);
    expect(second.received.map(({ type }) => type)).toEqual(["key.created", "key.updated"]);
    expect(second.received[0]?.id).toMatch(/^msg_/);
  });

  test("go on once the one before is given up", async () => {
    const { endpoint } = await suite.endpoint();
    const { key } = await suite.fixture.key();
    await suite.rename(key.id, "Second");
    await sqlOf(suite.fixture)`
      update webhook_deliveries set tries = 14 where message_id = (select min(id) from webhook_messages)`;
    suite.refuse(500);
    await suite.send();
    suite.accept();
    expect(await suite.send()).toBe(0);
    expect(suite.told()).toEqual(["key.created", "key.updated"]);
    const { data } = await listWebhookDeliveries(suite.fixture.context(), { endpointId: endpoint.id });
    expect(data.map(({ state }) => state)).toEqual(["waiting", "failed"]);
  });

  test("that one held back for longer than thirty hours are tried once each and follow it, and one sent by hand has its day", async () => {
    const revealed = await suite.endpoint();
    const { key } = await suite.fixture.key();
    await suite.rename(key.id, "Second");
    await revokeKey(suite.fixture.context(), { id: key.id });
    suite.refuse(500);
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
    suite.accept();
    suite.fixture.clock.advance(6);
    expect(await suite.send()).toBe(1);
  });
});

describe("What is held back behind a delivery that a process of the version before has ended", () => {
  /** One that fails, and one held back behind it; then the first is noted as taken by who knows of nothing held back. */
  const leftBehind = async () => {
    const revealed = await suite.endpoint();
    const { key } = await suite.fixture.key();
    await suite.rename(key.id, "Second");
    suite.refuse(500);
    await suite.send();
    suite.accept();
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
    await suite.rename(key.id, "Third");
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
    await suite.rename(key.id, "Second");
    suite.refuse(500);
    await suite.send();
    expect(await releaseHeldWebhooks(suite.worker)).toBe(0);
    expect(await sqlOf(suite.fixture)`select from webhook_deliveries where is_held_back`).toHaveLength(1);
  });
});

describe("A look for what is due", () => {
  /** Rows of deliveries that a worker reads which looks once and finds something, or nothing. */
  const rowsRead = () =>
    withDriverTransaction(suite.worker.databases.owner, async (sql) => {
      const readSoFar = async () => {
        const [row] = await sql<{ read: number }[]>`
          select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables
          where relname = 'webhook_deliveries'`;
        return row?.read ?? 0;
      };
      const before = await readSoFar();
      const turn = await takeTurn(sql, suite.fixture.clock.now());
      return { turn, read: (await readSoFar()) - before };
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
    await suite.publishMany(subjectId);
    suite.refuse(500);
    await suite.send();
    const records = new Set(suite.receiver.received.map(({ json }) => json.data.id)).size;
    expect(suite.told()).toHaveLength(records);
    const { turn, read } = await rowsRead();
    expect(turn).toBeNull();
    expect(read).toBeLessThan(10 * records);
    // What is held back comes once the one before it is taken, and in order.
    suite.fixture.clock.advance(6);
    for (const [first = 0, ...others] of await sendSome(records * 3)) {
      expect(first).toBeLessThan(records);
      expect(others).toEqual(others.map((_, index) => first + (index + 1) * records));
    }
  });

  test("finds the first of a backlog without reading the rest, also where connections have looked while there was nothing", async () => {
    // Emptied, as after a month without events: Postgres takes an empty table that it knows nothing of for one of ten pages.
    await sqlOf(suite.fixture)`vacuum analyze webhook_deliveries`;
    for (let look = 0; look < 10; look += 1) await Promise.all(Array.from({ length: 4 }, rowsRead));
    await suite.endpoint();
    await suite.publishMany((index) => `key_${index}`, { analyzed: false });
    const { turn, read } = await rowsRead();
    expect(turn?.leased).not.toBeNull();
    expect(read).toBeLessThan(20);
  });
});
