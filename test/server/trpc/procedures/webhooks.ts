import type { Fixture } from "@test/support/fixture";
import type { Environment } from "@/contracts/environments";
import type { RevealedWebhookSecret } from "@/contracts/webhooks";
import { createWebhook, deleteWebhook, disableWebhook, sendTestWebhook } from "@/server/services/webhooks";
import { EVERYBODY, KEYS, type Procedures } from "./procedure";

/** Procedures of webhooks. */
export function webhookProcedures(fixture: Fixture): Procedures {
  const URL = "https://hooks.acme.example/keyward";
  let last: RevealedWebhookSecret["endpoint"] | null = null;
  /** One at a time: an environment has only so many. */
  const endpoint = async (environment: Environment = "staging") => {
    if (last) await deleteWebhook(fixture.context(), { id: last.id }).catch(() => undefined);
    const made = await createWebhook(fixture.context(), { environment, url: URL, events: ["key.created"] });
    last = made.endpoint;
    return { id: last.id };
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
