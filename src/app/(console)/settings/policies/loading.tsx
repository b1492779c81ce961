import { PoliciesSkeleton } from "@/features/settings/policies-screen";

export default PoliciesSkeleton;
