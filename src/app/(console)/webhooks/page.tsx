import type { Metadata } from "next";
import { webhookList } from "@/features/webhooks/webhook-list-state";
import { WebhooksScreen } from "@/features/webhooks/webhooks-screen";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";

export const metadata: Metadata = { title: "Webhooks" };

/** The webhook endpoints, with the first page of them already in the answer. */
export default async function Page({ searchParams }: PageProps<"/webhooks">) {
  const [state, environment] = await Promise.all([
    webhookList.load(searchParams),
    currentEnvironment(searchParams),
  ]);
  await trpc.webhooks.list.prefetch(webhookList.input(state, environment));
  return (
    <HydrateClient>
      <WebhooksScreen />
    </HydrateClient>
  );
}
