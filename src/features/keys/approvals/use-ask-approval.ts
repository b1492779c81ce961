import { toast } from "@/components/ui/toast";
import type { Environment } from "@/contracts/environments";
import { approvalNeeded } from "@/contracts/key-policies";
import type { Permission } from "@/contracts/permissions";
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
 * The permissions for which a second person has to approve, by the policy as the page knows it; the server decides on its own.
 * @returns for an environment, what a key could do until now (null: it is new), and what it would be able to do
 */
export function useApprovalNeeded() {
  const policies = trpc.policies.list.useQuery();
  return (
    environment: Environment | null,
    before: readonly string[] | null,
    after: readonly string[],
  ): Permission[] => {
    const policy = policies.data?.find((one) => one.environment === environment);
    return policy ? approvalNeeded(policy.rules, before, after, []) : [];
  };
}
