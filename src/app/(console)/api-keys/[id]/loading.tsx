import { KeyDetailSkeleton } from "@/features/keys/detail/key-detail-skeleton";

/** The page's place while the server reads the key. */
export default function KeyLoading() {
  return <KeyDetailSkeleton />;
}
