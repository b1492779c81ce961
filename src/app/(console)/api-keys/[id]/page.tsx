import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { keyIdSchema } from "@/contracts/schemas/keys";
import { keyJobsInput } from "@/features/jobs/job-list-state";
import { keyEndpointsInput } from "@/features/keys/key-endpoints";
import { recentCallsInput } from "@/features/logs/log-list-state";
import { loadUsageSpan } from "@/features/usage/usage-span";
import { HydrateClient, trpc } from "@/trpc/server";
import { KeyPage } from "./key-page";

export const metadata: Metadata = { title: "API key" };

/** One key. */
export default async function Page({ params, searchParams }: PageProps<"/api-keys/[id]">) {
  const input = keyIdSchema.safeParse(await params);
  // What is not even the form of an id needs no question to the server.
  if (!input.success) notFound();
  const { id } = input.data;
  const { span } = await loadUsageSpan(searchParams);
  await Promise.all([
    trpc.keys.get.prefetch({ id }),
    trpc.keys.limits.prefetch({ id }),
    trpc.webhooks.list.prefetch(keyEndpointsInput(id)),
    trpc.audit.list.prefetch({ subjectId: id }),
    trpc.findings.list.prefetch({ keyId: id }),
    trpc.usage.ofKey.prefetch({ id, span }),
    trpc.usage.permissions.prefetch({ id }),
    trpc.permissions.list.prefetch(),
    trpc.jobs.list.prefetch(keyJobsInput(id)),
    trpc.requests.list.prefetch(recentCallsInput({ keyId: id })),
  ]);
  return (
    <HydrateClient>
      <KeyPage id={id} />
    </HydrateClient>
  );
}
