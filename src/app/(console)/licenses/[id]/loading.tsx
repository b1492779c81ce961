import { LicenseDetailSkeleton } from "@/features/licenses/detail/license-detail";

export default LicenseDetailSkeleton;
