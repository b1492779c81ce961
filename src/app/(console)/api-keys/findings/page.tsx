import type { Metadata } from "next";
import { findingList } from "@/features/findings/finding-list-state";
import { FindingsScreen } from "@/features/findings/findings-screen";
import { ReducedLog } from "@/features/logs/reduced-log";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../../environment";
import { KeysTabs } from "../keys-tabs";

export const metadata: Metadata = { title: "Findings" };

/** What is worth a look about the keys. */
export default async function Page({ searchParams }: PageProps<"/api-keys/findings">) {
  const [state, environment] = await Promise.all([
    findingList.load(searchParams),
    currentEnvironment(searchParams),
  ]);
  await Promise.all([
    trpc.findings.list.prefetch(findingList.input(state, environment)),
    trpc.approvals.countWaiting.prefetch(),
  ]);
  return (
    <HydrateClient>
      <FindingsScreen tabs={<KeysTabs />} notice={<ReducedLog />} />
    </HydrateClient>
  );
}
