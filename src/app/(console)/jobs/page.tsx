import type { Metadata } from "next";
import { activeJobsInput, failedJobsInput, jobHistoryInput } from "@/features/jobs/list/job-list-query";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";
import { JobsPage } from "./jobs-page";
import { loadJobListQuery } from "./search-params";

export const metadata: Metadata = { title: "Background Jobs" };

/** The jobs, with all of their lists already in the answer. */
export default async function Page({ searchParams }: PageProps<"/jobs">) {
  const [query, environment] = await Promise.all([
    loadJobListQuery(searchParams),
    currentEnvironment(searchParams),
  ]);
  await Promise.all([
    trpc.jobs.stats.prefetch({ environment }),
    trpc.jobs.list.prefetch(activeJobsInput(environment)),
    trpc.jobs.list.prefetch(failedJobsInput(environment)),
    trpc.jobs.list.prefetch(jobHistoryInput(query, environment)),
  ]);
  return (
    <HydrateClient>
      <JobsPage />
    </HydrateClient>
  );
}
