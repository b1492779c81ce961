import { ApprovalsSkeleton } from "@/features/keys/approvals/approvals-screen";
import { KeysTabsSkeleton } from "../keys-tabs";

/** Shown at once, while the server reads what was asked for. */
export default function Loading() {
  return <ApprovalsSkeleton tabs={<KeysTabsSkeleton />} />;
}
