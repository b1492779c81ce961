import type { Metadata } from "next";
import { loadUsageSpan } from "@/features/usage/usage-span";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "./environment";
import { OverviewPage } from "./overview-page";

export const metadata: Metadata = { title: "Overview" };

/** The first page: how things are, what wants attention, what changed. */
export default async function Page({ searchParams }: PageProps<"/">) {
  const [environment, { span }] = await Promise.all([
    currentEnvironment(searchParams),
    loadUsageSpan(searchParams),
  ]);
  await Promise.all([
    trpc.overview.get.prefetch({ environment }),
    trpc.usage.overall.prefetch({ environment, span }),
  ]);
  return (
    <HydrateClient>
      <OverviewPage />
    </HydrateClient>
  );
}
