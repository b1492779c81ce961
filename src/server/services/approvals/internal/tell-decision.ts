import type { Transaction } from "@/server/database/connections";
import type { ServiceContext } from "../../context";
import { notify } from "../../notices";
import type { ApprovalRow } from "./view";

/**
 * Tells whoever asked what has become of it: nothing else would send them back, and a key that was approved is lost unless
 * they reveal it in time.
 */
export async function tellOfDecision(
  ctx: ServiceContext & { tx: Transaction },
  row: ApprovalRow,
  decision: "approved" | "refused",
  { by, reason = null }: { by: string; reason?: string | null },
): Promise<void> {
  const { keyName: name, environment } = row;
  await notify(ctx, {
    facts: {
      kind: "approval_decided",
      name,
      environment,
      by,
      decision,
      reveals: decision === "approved" && row.kind === "create",
      reason,
    },
    subjectId: row.id,
    occasion: decision,
    environment,
    for: { kind: "person", id: row.requestedById },
  });
}
