import { sqlOf } from "@test/server/services/support";
import { PEPPER } from "@test/support/secrets";
import { isSignedBy } from "@test/support/webhook-receiver";
import { describe, expect, test } from "vitest";
import type { ServiceContext } from "@/server/services/context";
import { resealWebhookSecrets, rotateWebhookSecret, sendDueWebhooks } from "@/server/services/webhooks";
import { DAY, webhookSuite } from "./support";

const suite = webhookSuite();

describe("An endpoint", () => {
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
});
