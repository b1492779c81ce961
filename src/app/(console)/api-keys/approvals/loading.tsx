import { ApprovalsSkeleton } from "@/features/keys/approvals/approvals-screen";
import { KeysTabs } from "../keys-tabs";

/** Shown at once, while the server reads what was asked for. */
export default function Loading() {
  return <ApprovalsSkeleton tabs={<KeysTabs />} />;
}
