import { LicenseListSkeleton } from "@/features/licenses/list/license-list";

export default LicenseListSkeleton;
