import { JobsSkeleton } from "@/features/jobs/list/jobs-skeleton";

/** Shown at once, while the server draws the page. */
export default function Loading() {
  return <JobsSkeleton />;
}
