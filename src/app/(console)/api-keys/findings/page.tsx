import type { Metadata } from "next";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../../environment";
import { FindingsPage } from "./findings-page";
import { loadFindingListQuery } from "./search-params";

export const metadata: Metadata = { title: "Findings" };

/** What is worth a look about the keys. */
export default async function Page({ searchParams }: PageProps<"/api-keys/findings">) {
  const [query, environment] = await Promise.all([
    loadFindingListQuery(searchParams),
    currentEnvironment(searchParams),
  ]);
  await trpc.findings.list.prefetch({ ...query, environment });
  return (
    <HydrateClient>
      <FindingsPage />
    </HydrateClient>
  );
}
