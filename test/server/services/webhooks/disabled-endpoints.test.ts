import { sqlOf } from "@test/server/services/support";
import { describe, expect, test } from "vitest";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "@/server/services/context";
import {
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  failStoppedWebhooks,
  publishWebhooks,
  purgeDeletedWebhooks,
  resendWebhook,
} from "@/server/services/webhooks";
import { DAY, MANY, webhookSuite } from "./support";

const suite = webhookSuite();

const repeated = async (task: (ctx: ServiceContext) => Promise<number>) => {
  const counts = [await task(suite.worker)];
  while (counts.at(-1) !== 0) counts.push(await task(suite.worker));
  return counts;
};
const waiting = () => sqlOf(suite.fixture)`select from webhook_deliveries where state = 'waiting'`;

describe("An endpoint", () => {
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

  test("is deleted at once, however much was sent to it, and maintenance removes that bit by bit and nothing else", async () => {
    const { endpoint } = await suite.endpoint();
    const other = await suite.endpoint({ events: ["key.created"] });
    await suite.fixture.key();
    await suite.send();
    await suite.publishMany((index) => `key_${index}`);
    await deleteWebhook(suite.fixture.context(), { id: endpoint.id });
    expect(await sqlOf(suite.fixture)`select from webhook_deliveries`).toHaveLength(MANY + 2);
    expect(await repeated(purgeDeletedWebhooks)).toEqual([1_000, 1_000, MANY + 1 - 2_000, 0]);
    expect(await suite.states(other)).toEqual(["key.created delivered"]);
    expect(await sqlOf(suite.fixture)`select from webhook_attempts`).toHaveLength(1);
  });

  test("is disabled at once, however much waits: all of it fails bit by bit, by maintenance", async () => {
    const { endpoint } = await suite.endpoint();
    const { id } = endpoint;
    await suite.publishMany((index) => `key_${index}`);
    await disableWebhook(suite.fixture.context(), { id });
    expect(await waiting()).toHaveLength(MANY - 1_000);
    expect(await suite.send()).toBe(0);
    expect(await repeated(failStoppedWebhooks)).toEqual([1, 1, 0]);
    expect(await waiting()).toHaveLength(0);
  });

  test("is enabled at once, however much waits from before: that fails bit by bit, and what happens or is sent by hand then goes out", async () => {
    const revealed = await suite.endpoint();
    const { id } = revealed.endpoint;
    await suite.publishMany((index) => `key_${index}`);
    const disableAndEnable = async () => {
      await disableWebhook(suite.fixture.context(), { id });
      await enableWebhook(suite.fixture.context(), { id });
    };
    await disableAndEnable();
    expect(await waiting()).toHaveLength(MANY - 2_000);
    expect(await repeated(failStoppedWebhooks)).toEqual([1, 0]);
    expect(await waiting()).toHaveLength(0);
    await suite.publishMany((index) => `key_${index}`);
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
});
