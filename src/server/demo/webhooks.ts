import type { CreateWebhookInput } from "@/contracts/schemas/webhooks";
import type { ServiceContext } from "@/server/services/context";
import {
  createWebhook,
  disableWebhook,
  rotateWebhookSecret,
  sendDueWebhooks,
} from "@/server/services/webhooks";
import type { DemoPart, DemoRun, Plan } from "./run";

/** An endpoint of the story, in days before today. */
interface DemoEndpoint {
  endpoint: CreateWebhookInput;
  made: number;
  rotated?: number;
  /** From this day on nobody is there any more. */
  gone?: number;
}

const ENDPOINTS: readonly DemoEndpoint[] = [
  {
    endpoint: {
      environment: "production",
      url: "https://shop.atelier.example/hooks/keyward",
      description: "The customer area shows licences as they are.",
      events: [
        "license.created",
        "license.suspended",
        "license.reinstated",
        "license.revoked",
        "job.succeeded",
        "job.failed",
        "job.cancelled",
      ],
    },
    made: 26,
    rotated: 12,
  },
  {
    endpoint: {
      environment: "staging",
      url: "https://ci.atelier.example/hooks/keyward",
      description: "Acceptance tests wait for their jobs.",
      events: ["job.succeeded", "job.failed", "job.cancelled"],
    },
    made: 25,
    gone: 10,
  },
];

/**
 * When the receivers answered 503, in hours of a day. They are tried at these minutes of it alone, which are further apart than the
 * pauses between attempts vary: whoever tells the story again tells of the same attempts.
 */
const OUTAGE = { day: 6, from: 10, to: 13, tries: [10, 30, 90] };

/** Where events go to, and who was there to take them. */
export const webhooks: DemoPart = (plan) => [
  ...ENDPOINTS.flatMap(({ endpoint, made, rotated }) => [
    {
      at: plan.at(made, 11),
      async play({ as, admin, records }: DemoRun) {
        const ctx = as(admin("admin"));
        // Without a pepper an installation has no webhooks: their secrets would lie open in the database.
        if (!ctx.keyMaterial.pepper) return;
        const { id } = (await createWebhook(ctx, endpoint)).endpoint;
        records.webhooks.set(endpoint.url, id);
      },
    },
    ...(rotated === undefined
      ? []
      : [
          {
            at: plan.at(rotated, 15, 20),
            async play({ as, admin, records }: DemoRun) {
              const id = records.webhooks.get(endpoint.url);
              if (id) await rotateWebhookSecret(as(admin("admin")), { id });
            },
          },
        ]),
  ]),
  ...OUTAGE.tries.map((minutes) => ({
    at: plan.at(OUTAGE.day, OUTAGE.from, minutes),
    play: (run: DemoRun) => send(run, plan),
  })),
];

/** Sends what the last step of the story has told, unless the receivers are away. */
export async function sendAfterStep(run: DemoRun, plan: Plan): Promise<void> {
  if (run.records.webhooks.size > 0 && !isOutage(run.clock.now(), plan)) await send(run, plan);
}

/** The story ends with nothing that would be sent: its receivers do not exist, and the demo talks to nobody outside. */
export async function endWebhooks({ as, admin, records }: DemoRun): Promise<void> {
  const id = records.webhooks.get(ENDPOINTS[0]?.endpoint.url ?? "");
  if (id) await disableWebhook(as(admin("admin")), { id });
}

function isOutage(now: Date, { at }: Plan): boolean {
  return now >= at(OUTAGE.day, OUTAGE.from) && now < at(OUTAGE.day, OUTAGE.to);
}

/** By the verb that sends to real receivers; these are played, as no packet may leave the demo. */
async function send({ as, clock }: DemoRun, plan: Plan): Promise<void> {
  const ctx: ServiceContext = as({ kind: "system", name: "jobs" });
  const webhookSender: ServiceContext["webhookSender"] = {
    ...ctx.webhookSender,
    post: async ({ url }) => answerOf(url, clock.now(), plan),
  };
  await sendDueWebhooks({ ...ctx, webhookSender }, new AbortController().signal);
}

type Answer = Awaited<ReturnType<ServiceContext["webhookSender"]["post"]>>;

/** What a receiver answers. */
function answerOf(url: string, now: Date, plan: Plan): Answer {
  const { gone } = ENDPOINTS.find(({ endpoint }) => endpoint.url === url) ?? {};
  const durationMs = plan.random.int(35, 240);
  if (gone !== undefined && now >= plan.at(gone))
    return { status: 410, error: "Answered 410", answer: "Gone", durationMs };
  if (isOutage(now, plan))
    return { status: 503, error: "Answered 503", answer: "Maintenance until 13:00", durationMs };
  return { status: 204, error: null, answer: "", durationMs };
}
