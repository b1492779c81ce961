import { JobsSkeleton } from "@/features/jobs/list/jobs-screen";

export default JobsSkeleton;
