"use client";

import { useEnvironment } from "@/components/environment-context";
import { JobsScreen } from "@/features/jobs/list/jobs-screen";
import { useListQuery } from "@/lib/use-list-query";
import { jobListParsers } from "./search-params";

/** Joins the jobs to the address bar. */
export function JobsPage() {
  const [query, change] = useListQuery(jobListParsers);
  return <JobsScreen query={query} environment={useEnvironment()} onChange={change} />;
}
