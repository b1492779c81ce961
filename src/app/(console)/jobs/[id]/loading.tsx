import { JobDetailSkeleton } from "@/features/jobs/detail/job-detail";

export default JobDetailSkeleton;
