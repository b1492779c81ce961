import { toast } from "@/components/ui/toast";
import { APPROVAL_CODE } from "@/contracts/key-policies";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

/** Asks a second person for what the policy does not let one do alone, and says where it stands. */
export function useAskApproval() {
  const refresh = useRefresh("approvals");
  return trpc.approvals.ask.useMutation({
    onSuccess: ({ keyName }) => {
      refresh();
      toast({ text: `Asked for approval of “${keyName}”. It waits under Approvals.` });
    },
  });
}

/**
 * Whether a refusal of the server says that a second person could lift it. For a key that is there it alone knows: what was
 * approved for the key before, and whether it works now, count as well as the policy.
 * @returns the rule, as a sentence; null: it is another refusal, or none
 */
export function approvalTaken(error: unknown): string | null {
  const rules = describeError(error).fields.filter(({ code }) => code === APPROVAL_CODE);
  return rules.length > 0 ? rules.map(({ message }) => message).join(" ") : null;
}
