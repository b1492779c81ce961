import { LogListSkeleton } from "@/features/logs/list/log-list";

export default LogListSkeleton;
