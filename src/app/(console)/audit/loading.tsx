import { AuditListSkeleton } from "@/features/audit/list/audit-list-skeleton";

/** Shown at once, while the server draws the list. */
export default function Loading() {
  return <AuditListSkeleton />;
}
