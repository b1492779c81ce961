import { KeyDetailSkeleton } from "@/features/keys/detail/key-detail";

export default KeyDetailSkeleton;
