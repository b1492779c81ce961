import type { Metadata } from "next";
import { webhookIdSchema } from "@/contracts/schemas/webhooks";
import { SubjectHistory } from "@/features/audit/subject-history";
import { deliveriesInput, deliveryList } from "@/features/webhooks/webhook-list-state";
import { WebhookNotFound, WebhookScreen } from "@/features/webhooks/webhook-screen";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Webhook endpoint" };

/** One webhook endpoint. */
export default async function Page({ params, searchParams }: PageProps<"/webhooks/[id]">) {
  const input = webhookIdSchema.safeParse(await params);
  if (!input.success) return <WebhookNotFound />;
  const { id } = input.data;
  const state = await deliveryList.load(searchParams);
  await Promise.all([
    trpc.webhooks.get.prefetch({ id }),
    trpc.webhooks.deliveries.prefetch(deliveriesInput(id, state)),
    trpc.audit.list.prefetch({ subjectId: id }),
  ]);
  return (
    <HydrateClient>
      <WebhookScreen id={id} history={<SubjectHistory id={id} />} />
    </HydrateClient>
  );
}
