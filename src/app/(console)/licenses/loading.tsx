import { LicenseListSkeleton } from "@/features/licenses/list/license-list-skeleton";

/** Shown at once, while the server draws the list. */
export default function Loading() {
  return <LicenseListSkeleton />;
}
