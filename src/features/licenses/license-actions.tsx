"use client";

import type { ReactNode } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { DeleteDialog } from "@/components/delete-dialog";
import { ReasonField } from "@/components/reason-field";
import { toast } from "@/components/ui/toast";
import type { LicenseView } from "@/contracts/licenses";
import type { Activation } from "@/contracts/schemas/activations";
import { stepLicenseSchema } from "@/contracts/schemas/licenses";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh, useRefreshWithout } from "@/trpc/use-refresh";
import { EditLicenseDialog } from "./form/edit-license-dialog";
import { type AskedLicenseAction, LICENSE_ACTIONS } from "./license-status";

interface LicenseActionDialogsProps {
  asked: AskedLicenseAction;
  onClose: () => void;
  /** After a deletion: leaves its page. */
  onDeleted: () => void;
}

/** The dialog of the action that was asked for. It stands outside of the header, which may change meanwhile. */
export function LicenseActionDialogs({ asked, onClose, onDeleted }: LicenseActionDialogsProps) {
  const { action, license } = asked;
  if (action === "edit") return <EditLicenseDialog license={license} onClose={onClose} />;
  if (action === "delete") {
    return <DeleteLicenseDialog license={license} onClose={onClose} onDeleted={onDeleted} />;
  }
  return <LicenseStepDialog license={license} step={action} onClose={onClose} />;
}

type Step = "suspend" | "reinstate" | "revoke";

const DONE: Record<Step, string> = {
  suspend: "Suspended. Apps are refused from now on.",
  reinstate: "Reinstated.",
  revoke: "Revoked for good.",
};

interface LicenseStepDialogProps {
  license: LicenseView;
  step: Step;
  onClose: () => void;
}

/** Asks before a licence is suspended, reinstated or revoked, and says what that does to the apps that use it. */
function LicenseStepDialog({ license, step, onClose }: LicenseStepDialogProps) {
  const steps = {
    suspend: trpc.licenses.suspend.useMutation(),
    reinstate: trpc.licenses.reinstate.useMutation(),
    revoke: trpc.licenses.revoke.useMutation(),
  };
  const { mutateAsync } = steps[step];
  const refresh = useRefresh("licenses");
  const form = useZodForm({
    defaultValues: { reason: "" },
    schema: stepLicenseSchema,
    toInput: ({ reason }) => ({ id: license.id, reason }),
    async send(input) {
      await mutateAsync(input);
      refresh();
      toast({ text: DONE[step] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      onClose={onClose}
      title={`${LICENSE_ACTIONS[step]} this licence?`}
      confirmLabel={LICENSE_ACTIONS[step]}
      tone={step === "reinstate" ? "primary" : "danger"}
      onConfirm={form.submit}
      // Revoking cannot be taken back, whatever the environment.
      typedName={step === "revoke" ? license.product : undefined}
      pending={form.pending}
      error={form.failure}
    >
      <p>
        <span className="text-ink">{license.product}</span>,{" "}
        <span className="mono text-ink">{license.key}</span>
        {license.customer && (
          <>
            {" of "}
            <span className="text-ink">{license.customer.email}</span>
          </>
        )}
        .
      </p>
      {consequence(step, license)}
      <ReasonField
        control={form.control}
        name="reason"
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

interface DeleteLicenseDialogProps {
  license: LicenseView;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before a licence and its activations are gone. The product is always typed: nothing brings them back. */
function DeleteLicenseDialog({ license, onClose, onDeleted }: DeleteLicenseDialogProps) {
  const refreshWithout = useRefreshWithout("licenses");
  const mutation = trpc.licenses.delete.useMutation({ onSuccess: (_, { id }) => refreshWithout(id) });
  return (
    <DeleteDialog
      title="Delete this licence?"
      typedName={license.product}
      mutation={mutation}
      input={{ id: license.id }}
      done="Deleted the licence. Its history stays."
      onDeleted={onDeleted}
      onClose={onClose}
    >
      <p>
        <span className="text-ink">{license.product}</span>,{" "}
        <span className="mono text-ink">{license.key}</span>.
      </p>
      <p>
        The licence and the list of its activations are gone for good. Validating it answers{" "}
        <code className="mono">not_found</code> from the next call on. Audit and telemetry keep what they
        recorded.
      </p>
    </DeleteDialog>
  );
}

/** Asks before a device loses its place, and says what that does and what it does not. */
export function EndActivationDialog({ value, onClose }: { value: Activation; onClose: () => void }) {
  const refresh = useRefresh("licenses");
  const end = trpc.licenses.endActivation.useMutation({
    onSuccess: () => {
      refresh();
      toast({ text: "Ended. Its place is free." });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      onClose={onClose}
      title="End this activation?"
      confirmLabel="End activation"
      onConfirm={() => end.mutate({ id: value.licenseId, activationId: value.id })}
      pending={end.isPending}
      error={end.error}
    >
      <p>
        The app on <span className="mono break-all text-ink">{value.identifier}</span> is no longer activated
        from its next validation on, and another device can take the place.
      </p>
      <p>It can activate itself again while there is a free place. To keep it out, suspend the licence.</p>
    </ConfirmDialog>
  );
}
