"use client";

import { DataTable } from "@/components/data-table";
import { PageHeader } from "@/components/page-header";
import { AUDIT_COLUMNS } from "./audit-columns";

/** The head of the list's page. */
export const AUDIT_HEADING = {
  title: "Audit",
  sub: "Every change that administrators made: who, what, when, from where, before and after. Nothing here can be edited.",
};

/** Holds the place of the list while the server draws it. */
export function AuditListSkeleton() {
  return (
    <>
      <PageHeader {...AUDIT_HEADING} />
      <div className="mb-4 h-12" />
      <div className="mb-3 h-8" />
      <DataTable label="Changes" columns={AUDIT_COLUMNS} rows={[]} rowKey={({ id }) => id} loading />
    </>
  );
}
