import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { keyIdSchema } from "@/contracts/keys";
import { KeyDetail } from "@/features/keys/detail/key-detail";
import { RecentCalls } from "@/features/logs/recent-calls";
import { recentCallsInput } from "@/features/logs/recent-calls-input";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "API key" };

/** One key. */
export default async function KeyPage({ params }: { params: Promise<{ id: string }> }) {
  const input = keyIdSchema.safeParse(await params);
  // What is not even the form of an id needs no question to the server.
  if (!input.success) notFound();
  const { id } = input.data;
  await Promise.all([
    trpc.keys.get.prefetch({ id }),
    trpc.keys.limits.prefetch({ id }),
    trpc.audit.list.prefetch({ subjectId: id }),
    trpc.requests.list.prefetch(recentCallsInput({ keyId: id })),
  ]);
  return (
    <HydrateClient>
      <KeyDetail id={id} calls={<RecentCalls keyId={id} />} />
    </HydrateClient>
  );
}
