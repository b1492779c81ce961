import type { Metadata } from "next";
import { OverviewScreen } from "@/features/overview/overview-screen";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "./environment";

export const metadata: Metadata = { title: "Overview" };

/** The first page: how things are, what wants attention, what changed. */
export default async function Page({ searchParams }: PageProps<"/">) {
  await trpc.overview.get.prefetch({ environment: await currentEnvironment(searchParams) });
  return (
    <HydrateClient>
      <OverviewScreen />
    </HydrateClient>
  );
}
