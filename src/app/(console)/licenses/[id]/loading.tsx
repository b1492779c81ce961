import { LicenseDetailSkeleton } from "@/features/licenses/detail/license-detail-skeleton";

/** Shown at once, while the server draws the licence. */
export default function Loading() {
  return <LicenseDetailSkeleton />;
}
