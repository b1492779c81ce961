"use client";

import { ListSkeleton } from "@/components/list-skeleton";
import { AUDIT_COLUMNS } from "./audit-columns";

/** The head of the list's page. */
export const AUDIT_HEADING = {
  title: "Audit",
  sub: "Every change that administrators made: who, what, when, from where, before and after. Nothing here can be edited.",
};

/** Holds the place of the list while the server draws it. */
export function AuditListSkeleton() {
  return (
    <ListSkeleton heading={AUDIT_HEADING} label="Changes" columns={AUDIT_COLUMNS}>
      {/* How far it was verified. */}
      <div className="mb-4 h-12" />
    </ListSkeleton>
  );
}
