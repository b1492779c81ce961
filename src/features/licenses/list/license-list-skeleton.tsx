"use client";

import { ListSkeleton } from "@/components/list-skeleton";
import { LICENSE_COLUMNS } from "./license-columns";

/** The head of the list's page. */
export const LICENSES_HEADING = {
  title: "Licences",
  sub: "What customers may use, on how many devices and until when. Each belongs to one environment.",
};

/** Holds the place of the list while the server draws it. */
export function LicenseListSkeleton() {
  return <ListSkeleton heading={LICENSES_HEADING} label="Licences" columns={LICENSE_COLUMNS} />;
}
