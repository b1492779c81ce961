import { LogListSkeleton } from "@/features/logs/list/log-list-skeleton";

/** Shown at once, while the server draws the log. */
export default function Loading() {
  return <LogListSkeleton />;
}
