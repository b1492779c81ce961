"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { useToast } from "@/components/ui/toast";
import type { LicenseView } from "@/contracts/licenses";
import { trpc } from "@/trpc/client";

interface DeleteLicenseDialogProps {
  value: LicenseView;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before a licence and its activations are gone. The product is always typed: nothing brings them back. */
export function DeleteLicenseDialog({ value, onClose, onDeleted }: DeleteLicenseDialogProps) {
  const remove = trpc.licenses.delete.useMutation();
  const utils = trpc.useUtils();
  const { toast } = useToast();
  const confirm = () =>
    remove.mutate(
      { id: value.id },
      {
        onSuccess: () => {
          toast({ text: "Deleted the licence. Its history stays." });
          onClose();
          onDeleted();
          // Not the licence itself: its page would ask for it once more and find nothing before it has been left.
          void utils.licenses.list.invalidate();
          void utils.audit.invalidate();
          void utils.overview.invalidate();
        },
      },
    );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this licence?"
      confirmLabel="Delete"
      onConfirm={confirm}
      typedName={value.product}
      pending={remove.isPending}
      error={remove.error}
    >
      <p>
        <span className="text-ink">{value.product}</span>, <span className="mono text-ink">{value.key}</span>.
      </p>
      <p>
        The licence and the list of its activations are gone for good. Validating it answers{" "}
        <code className="mono">not_found</code> from the next call on. Audit and telemetry keep what they
        recorded.
      </p>
    </ConfirmDialog>
  );
}
