import { sqlOf } from "@test/server/services/support";
import { createFixture, type Fixture } from "@test/support/fixture";
import { startWebhookReceiver, type WebhookReceiver } from "@test/support/webhook-receiver";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { CreateWebhookInput } from "@/contracts/schemas/webhooks";
import { type RevealedWebhookSecret, WEBHOOK_EVENT_TYPES } from "@/contracts/webhooks";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "@/server/services/context";
import { updateKey } from "@/server/services/keys";
import {
  createWebhook,
  listWebhookDeliveries,
  publishWebhooks,
  sendDueWebhooks,
} from "@/server/services/webhooks";

/** Lets webhooks through to this machine, where the receivers of tests are. */
export const TO_THIS_MACHINE = { WEBHOOK_PRIVATE_NETWORKS: "127.0.0.0/8" };

export const DAY = 86_400;
/** A lease is of the ten seconds that an attempt may take, and twenty more. */
export const LEASE_SECONDS = 30;
/** More than is done at a time. */
export const MANY = 2_100;

/** A fixture and a receiver for a whole file; each test begins without endpoints. */
export function webhookSuite() {
  const suite = {} as {
    fixture: Fixture;
    receiver: WebhookReceiver;
    /** Who sends. */
    worker: ServiceContext;
    /** An endpoint in staging that is told everything, unless told otherwise. */
    endpoint(input?: Partial<CreateWebhookInput>): Promise<RevealedWebhookSecret>;
    /** Sends what is due. @returns how many were taken */
    send(): Promise<number>;
    /** The types that the receiver has had since the last time, in their order. */
    told(): string[];
    /** How each delivery of an endpoint stands, newest first. */
    states(revealed: RevealedWebhookSecret): Promise<string[]>;
    /** The receiver answers with this status from now on, which takes nothing. */
    refuse(status: number): void;
    /** The receiver takes everything again. */
    accept(): void;
    /** Something that happens to a key. */
    rename(id: string, name: string): Promise<unknown>;
    /** {@link MANY} events at once, of records named by their places. Postgres knows of them then, unless told otherwise. */
    publishMany(subjectId: (index: number) => string, how?: { analyzed: boolean }): Promise<void>;
  };
  beforeAll(async () => {
    const receiver = await startWebhookReceiver();
    const fixture = await createFixture(TO_THIS_MACHINE);
    const worker = fixture.context({ kind: "system", name: "jobs" });
    Object.assign(suite, {
      fixture,
      receiver,
      worker,
      endpoint: (input: Partial<CreateWebhookInput> = {}) =>
        createWebhook(fixture.context(), {
          environment: "staging",
          url: receiver.url,
          events: [...WEBHOOK_EVENT_TYPES],
          ...input,
        }),
      send: () => sendDueWebhooks(worker, new AbortController().signal),
      told: () => receiver.received.splice(0).map(({ type }) => type),
      states: async ({ endpoint }: RevealedWebhookSecret) => {
        const { data } = await listWebhookDeliveries(fixture.context(), { endpointId: endpoint.id });
        return data.map(({ type, state }) => `${type} ${state}`);
      },
      refuse: (status: number) => {
        receiver.answer = (response) => response.writeHead(status).end("no");
      },
      accept: () => {
        receiver.answer = (response) => response.writeHead(204).end();
      },
      rename: (id: string, name: string) => updateKey(fixture.context(), { id: id as never, name }),
      publishMany: async (subjectId: (index: number) => string, { analyzed } = { analyzed: true }) => {
        const events = Array.from({ length: MANY }, (_, index) => ({
          type: "key.updated" as const,
          environment: "staging" as const,
          subjectId: subjectId(index),
          data: { id: subjectId(index), index },
        }));
        await withTransaction(worker, (ctx) => publishWebhooks(ctx, events));
        // As Postgres does by itself in time; until then it takes the table for a small one.
        if (analyzed) await sqlOf(fixture)`analyze webhook_deliveries`;
      },
    });
  });
  beforeEach(async () => {
    const { receiver, fixture } = suite;
    receiver.received.splice(0);
    receiver.answer = (response) => response.writeHead(204).end();
    await sqlOf(fixture)`truncate webhook_endpoints, webhook_messages, webhook_deliveries, webhook_attempts`;
  });
  afterAll(async () => {
    await suite.receiver?.close();
    await suite.fixture?.close();
  });
  return suite;
}
