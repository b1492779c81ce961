import type { Metadata } from "next";
import {
  activeJobsInput,
  failedJobsInput,
  jobHistory,
  jobHistoryInput,
} from "@/features/jobs/job-list-state";
import { JobsScreen } from "@/features/jobs/list/jobs-screen";
import { HydrateClient, trpc } from "@/trpc/server";
import { currentEnvironment } from "../environment";

export const metadata: Metadata = { title: "Background Jobs" };

/** The jobs, with all of their lists already in the answer. */
export default async function Page({ searchParams }: PageProps<"/jobs">) {
  const [state, environment] = await Promise.all([
    jobHistory.load(searchParams),
    currentEnvironment(searchParams),
  ]);
  await Promise.all([
    trpc.jobs.stats.prefetch({ environment }),
    trpc.jobs.list.prefetch(activeJobsInput(environment)),
    trpc.jobs.list.prefetch(failedJobsInput(environment)),
    trpc.jobs.list.prefetch(jobHistoryInput(jobHistory.input(state, environment))),
  ]);
  return (
    <HydrateClient>
      <JobsScreen />
    </HydrateClient>
  );
}
