import { FindingsSkeleton } from "@/features/findings/findings-screen";
import { KeysTabsSkeleton } from "../keys-tabs";

/** Shown at once, while the server draws the list. */
export default function Loading() {
  return <FindingsSkeleton tabs={<KeysTabsSkeleton />} />;
}
