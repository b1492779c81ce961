import { JobDetailSkeleton } from "@/features/jobs/detail/job-detail-skeleton";

/** Shown at once, while the server draws the job. */
export default function Loading() {
  return <JobDetailSkeleton />;
}
