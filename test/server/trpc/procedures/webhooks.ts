import type { Fixture } from "@test/support/fixture";
import type { Environment } from "@/contracts/environments";
import type { RevealedWebhookSecret } from "@/contracts/webhooks";
import { createWebhook, deleteWebhook, disableWebhook, sendTestWebhook } from "@/server/services/webhooks";
import { EVERYBODY, KEYS, type Procedures } from "./procedure";

const KEPT = 15;

/** Procedures of webhooks. */
export function webhookProcedures(fixture: Fixture): Procedures {
  const URL = "https://hooks.acme.example/keyward";
  const made: { id: RevealedWebhookSecret["endpoint"]["id"] }[] = [];
  /** An environment has only so many: the first ones stay, which a test may have made for all its calls. */
  const endpoint = async (environment: Environment = "staging") => {
    const last = made.length < KEPT ? undefined : made.pop();
    if (last) await deleteWebhook(fixture.context(), last).catch(() => undefined);
    const { endpoint } = await createWebhook(fixture.context(), {
      environment,
      url: URL,
      events: ["key.created"],
    });
    made.push({ id: endpoint.id });
    return { id: endpoint.id };
  };
  const delivery = async () => {
    const { id: endpointId } = await endpoint();
    const { id } = await sendTestWebhook(fixture.context(), { id: endpointId });
    return { id, endpointId };
  };
  const production = () => endpoint("production");
  return {
    "webhooks.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "webhooks.get": { type: "query", for: EVERYBODY, environment: "staging", input: () => endpoint() },
    "webhooks.deliveries": {
      type: "query",
      for: EVERYBODY,
      environment: "staging",
      input: async () => ({ endpointId: (await endpoint()).id }),
    },
    "webhooks.delivery": { type: "query", for: EVERYBODY, environment: "staging", input: delivery },
    "webhooks.create": {
      type: "mutation",
      confirms: "always",
      for: KEYS,
      environment: "production",
      input: async () => {
        await endpoint();
        return { environment: "production", url: URL, events: ["key.created"] };
      },
    },
    "webhooks.update": {
      type: "mutation",
      confirms: "always",
      for: KEYS,
      environment: "production",
      input: async () => ({ ...(await production()), description: "Billing" }),
    },
    "webhooks.rotateSecret": {
      type: "mutation",
      confirms: "always",
      for: KEYS,
      environment: "production",
      input: production,
    },
    "webhooks.enable": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      async input() {
        const which = await endpoint();
        await disableWebhook(fixture.context(), which);
        return which;
      },
    },
    "webhooks.disable": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      input: () => endpoint(),
    },
    "webhooks.sendTest": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      input: () => endpoint(),
    },
    "webhooks.resend": {
      type: "mutation",
      confirms: "never",
      for: KEYS,
      environment: "staging",
      input: delivery,
    },
    "webhooks.delete": {
      type: "mutation",
      confirms: "always",
      for: KEYS,
      environment: "staging",
      input: () => endpoint(),
    },
  };
}
