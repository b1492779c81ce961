import { KeyListSkeleton } from "@/features/keys/list/key-list";
import { KeysTabsSkeleton } from "./keys-tabs";

/** Shown at once, while the server draws the list. */
export default function Loading() {
  return <KeyListSkeleton tabs={<KeysTabsSkeleton />} />;
}
