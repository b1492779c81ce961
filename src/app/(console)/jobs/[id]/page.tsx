import type { Metadata } from "next";
import { jobIdSchema } from "@/contracts/schemas/jobs";
import { JobDetail, JobNotFound } from "@/features/jobs/detail/job-detail";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Background job" };

/** One job. */
export default async function Page({ params }: PageProps<"/jobs/[id]">) {
  const input = jobIdSchema.safeParse(await params);
  if (!input.success) return <JobNotFound />;
  await trpc.jobs.get.prefetch(input.data);
  return (
    <HydrateClient>
      <JobDetail id={input.data.id} />
    </HydrateClient>
  );
}
