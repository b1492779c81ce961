import { newLicense } from "@test/server/services/support";
import { webhookSuite } from "@test/server/services/webhooks/support";
import { type Answer, call, inProcess, type PublicApi } from "@test/support/calls";
import { expect } from "vitest";
import type { Id } from "@/contracts/ids";
import type { RevealedKey } from "@/contracts/keys";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import type { WebhookEventType } from "@/contracts/webhooks";
import { revokeLicense } from "@/server/services/licenses";
import { createWebhook } from "@/server/services/webhooks";

export const LICENSES: WebhookEventType[] = ["license.revoked"];

export interface MadeEndpoint {
  id: Id<"whe">;
  secret: string;
}

/** Webhook endpoints of staging, set up by the public API, for a whole file; each test begins without any. */
export function webhookApiSuite() {
  const suite = webhookSuite();
  const api: PublicApi = (path, init, address) => inProcess(suite.fixture)(path, init, address);

  /** A key of a backend that deals in licences. */
  const desk = (input: Partial<CreateKeyInput> = {}): Promise<RevealedKey> =>
    suite.fixture.key({
      name: "Licence desk",
      permissions: ["webhooks:manage", "licenses:read"],
      rateLimits: { minute: 10_000 },
      ...input,
    });

  const send = (
    { secret }: Pick<RevealedKey, "secret">,
    method: string,
    path = "",
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    call(api, method, `/staging/webhooks${path}`, {
      key: secret,
      headers,
      ...(body === undefined ? {} : { body }),
    });

  async function setUp(by: RevealedKey, events = LICENSES): Promise<MadeEndpoint> {
    const answer = await send(by, "POST", "", { url: suite.receiver.url, events });
    expect(answer.status, answer.text).toBe(201);
    return answer.json as unknown as MadeEndpoint;
  }

  /** One that an administrator has set up. */
  const ofConsole = async (events: WebhookEventType[], environment: "staging" | "production" = "staging") => {
    const { endpoint } = await createWebhook(suite.fixture.context(), {
      environment,
      url: suite.receiver.url,
      events,
    });
    return endpoint;
  };

  /** Sends what is due. */
  const deliver = () => suite.send();

  /** What tells an endpoint something. */
  const somethingHappens = {
    "license.revoked": async () => {
      const license = await newLicense(suite.fixture);
      await revokeLicense(suite.fixture.context(), { id: license.id });
      return license.id;
    },
    "key.created": async () => (await suite.fixture.key()).key.id,
  };

  return { suite, api, desk, send, setUp, ofConsole, deliver, somethingHappens };
}
