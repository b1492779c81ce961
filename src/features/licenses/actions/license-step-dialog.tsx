"use client";

import { type ReactNode, useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ReasonField } from "@/components/reason-field";
import { useToast } from "@/components/ui/toast";
import type { LicenseView } from "@/contracts/licenses";
import { trpc } from "@/trpc/client";
import { LICENSE_ACTIONS } from "../license-abilities";
import { useRefreshLicenses } from "../use-refresh-licenses";

type Step = "suspend" | "reinstate" | "revoke";

const DONE: Record<Step, string> = {
  suspend: "Suspended. Apps are refused from now on.",
  reinstate: "Reinstated.",
  revoke: "Revoked for good.",
};

interface LicenseStepDialogProps {
  value: LicenseView;
  step: Step;
  onClose: () => void;
}

/** Asks before a licence is suspended, reinstated or revoked, and says what that does to the apps that use it. */
export function LicenseStepDialog({ value, step, onClose }: LicenseStepDialogProps) {
  const [reason, setReason] = useState("");
  const steps = {
    suspend: trpc.licenses.suspend.useMutation(),
    reinstate: trpc.licenses.reinstate.useMutation(),
    revoke: trpc.licenses.revoke.useMutation(),
  };
  const { mutate, isPending, error } = steps[step];
  const refresh = useRefreshLicenses();
  const { toast } = useToast();
  const confirm = () =>
    mutate(
      { id: value.id, reason },
      {
        onSuccess: () => {
          refresh();
          toast({ text: DONE[step] });
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`${LICENSE_ACTIONS[step]} this licence?`}
      confirmLabel={LICENSE_ACTIONS[step]}
      tone={step === "reinstate" ? "primary" : "danger"}
      onConfirm={confirm}
      // Revoking cannot be taken back, whatever the environment.
      typedName={step === "revoke" ? value.product : undefined}
      pending={isPending}
      error={error}
    >
      <p>
        <span className="text-ink">{value.product}</span>, <span className="mono text-ink">{value.key}</span>
        {value.customer && (
          <>
            {" of "}
            <span className="text-ink">{value.customer.email}</span>
          </>
        )}
        .
      </p>
      {consequence(step, value)}
      <ReasonField
        value={reason}
        onChange={setReason}
        hint={
          step === "reinstate"
            ? "Kept in the history of the licence."
            : "Whoever looks at the licence sees it, and it stays in its history."
        }
      />
    </ConfirmDialog>
  );
}

function consequence(step: Step, value: LicenseView): ReactNode {
  const { activationCount: count } = value;
  const devices = count === 1 ? "the device" : `all ${count.toLocaleString("en")} devices`;
  const where = count === 0 ? "It is active nowhere." : `That cuts ${devices} on which it is active.`;
  if (step === "reinstate") {
    return (
      <p>
        Apps may use it again from the next call on, unless it has expired meanwhile. Activations are as
        before.
      </p>
    );
  }
  return (
    <>
      <p>
        Validating it answers <code className="mono">{step === "suspend" ? "suspended" : "revoked"}</code>{" "}
        from the next call on. {where}
      </p>
      <p>
        {step === "suspend"
          ? "Activations stay, and the licence can be reinstated."
          : "Revoking is final: nothing brings the licence back. Suspend it instead if that may be needed."}
      </p>
    </>
  );
}
