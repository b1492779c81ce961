"use client";

import { DataTable } from "@/components/data-table";
import { PageHeader } from "@/components/page-header";
import { LICENSE_COLUMNS } from "./license-columns";

/** The head of the list's page. */
export const LICENSES_HEADING = {
  title: "Licences",
  sub: "What customers may use, on how many devices and until when. Each belongs to one environment.",
};

/** Holds the place of the list while the server draws it. */
export function LicenseListSkeleton() {
  return (
    <>
      <PageHeader {...LICENSES_HEADING} />
      <div className="mb-3 h-8" />
      <DataTable label="Licences" columns={LICENSE_COLUMNS} rows={[]} rowKey={({ id }) => id} loading />
    </>
  );
}
