import { ConfirmDialog } from "@/components/confirm-dialog";
import { ReasonField } from "@/components/reason-field";
import { toast } from "@/components/ui/toast";
import type { ApprovalView } from "@/contracts/approvals";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import { refuseApprovalSchema } from "@/contracts/schemas/approvals";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { useOwnPermissions } from "../own-permissions";
import { powersOf } from "../permission-groups";

/** What somebody is about to decide. */
export interface AskedDecision {
  decision: "approve" | "refuse" | "withdraw";
  approval: ApprovalView;
}

interface DialogProps {
  approval: ApprovalView;
  onClose: () => void;
}

/** The dialog of the decision that is about to be made. */
export function ApprovalDialogs({
  asked: { decision, approval },
  onClose,
}: {
  asked: AskedDecision;
  onClose: () => void;
}) {
  if (decision === "approve") return <ApproveDialog approval={approval} onClose={onClose} />;
  if (decision === "refuse") return <RefuseDialog approval={approval} onClose={onClose} />;
  return <WithdrawDialog approval={approval} onClose={onClose} />;
}

function ApproveDialog({
  approval: { id, kind, keyName, environment, input, needed, requestedBy },
  onClose,
}: DialogProps) {
  const refresh = useRefresh("approvals");
  const own = useOwnPermissions();
  const approve = trpc.approvals.approve.useMutation({
    onSettled: refresh,
    onSuccess: () => {
      toast({
        text:
          kind === "create"
            ? `Approved “${keyName}”. ${requestedBy} can reveal its secret.`
            : `Approved “${keyName}”. It applies from the next call on.`,
      });
      onClose();
    },
  });
  const { label } = ENVIRONMENT_DETAILS[environment];
  const { permissions, managesKeys, grantsKeyManagement } = input;
  // All of them where they are asked for: a key is more than what takes the approval.
  const powers = Array.isArray(permissions) ? permissions.map(String) : needed;
  return (
    <ConfirmDialog
      title={`Approve ${keyName}?`}
      confirmLabel="Approve"
      tone="primary"
      onConfirm={() => approve.mutate({ id })}
      onClose={onClose}
      pending={approve.isPending}
      error={approve.error}
    >
      <p>
        {requestedBy} has asked for this. Whoever holds the key can {powersOf(powers, own)} in {label}.
      </p>
      {managesKeys === "all" && <p>It manages every key of {label}, not only those that it makes.</p>}
      {grantsKeyManagement === true && <p>It may give Key Management to the keys that it makes.</p>}
      <p>
        {kind === "create"
          ? "The key is made when they reveal its secret, which only they see."
          : "It happens at once. The secret stays the one that it is."}
      </p>
    </ConfirmDialog>
  );
}

function RefuseDialog({ approval: { id, keyName, requestedBy }, onClose }: DialogProps) {
  const refresh = useRefresh("approvals");
  const refuse = trpc.approvals.refuse.useMutation({ onSettled: refresh });
  const form = useZodForm({
    defaultValues: { reason: "" },
    schema: refuseApprovalSchema,
    toInput: ({ reason }) => ({ id, reason }),
    async send(input) {
      await refuse.mutateAsync(input);
      toast({ text: `Refused “${keyName}”.` });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Refuse ${keyName}?`}
      confirmLabel="Refuse"
      onConfirm={form.submit}
      onClose={onClose}
      pending={form.pending}
      error={form.failure}
    >
      <p>{requestedBy} sees the reason, and can ask anew.</p>
      <ReasonField control={form.control} name="reason" hint="What would have to be different." />
    </ConfirmDialog>
  );
}

function WithdrawDialog({ approval: { id, keyName }, onClose }: DialogProps) {
  const refresh = useRefresh("approvals");
  const withdraw = trpc.approvals.withdraw.useMutation({ onSettled: refresh, onSuccess: onClose });
  return (
    <ConfirmDialog
      title={`Withdraw ${keyName}?`}
      confirmLabel="Withdraw"
      onConfirm={() => withdraw.mutate({ id })}
      onClose={onClose}
      pending={withdraw.isPending}
      error={withdraw.error}
    >
      <p>Nobody can approve it any more. It can be asked for anew.</p>
    </ConfirmDialog>
  );
}
