import type { Metadata } from "next";
import { ApprovalsScreen } from "@/features/keys/approvals/approvals-screen";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../../environment";
import { KeysTabs } from "../keys-tabs";

export const metadata: Metadata = { title: "Approvals" };

/** What takes a second person. */
export default async function Page({ searchParams }: PageProps<"/api-keys/approvals">) {
  await Promise.all([
    trpc.approvals.list.prefetch({ environment: await currentEnvironment(searchParams) }),
    trpc.approvals.countWaiting.prefetch(),
  ]);
  return (
    <HydrateClient>
      <ApprovalsScreen tabs={<KeysTabs />} />
    </HydrateClient>
  );
}
