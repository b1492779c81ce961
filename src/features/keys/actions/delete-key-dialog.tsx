"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { useToast } from "@/components/ui/toast";
import type { KeyView } from "@/contracts/keys";
import { trpc } from "@/trpc/client";
import { KeyTrafficTable } from "./key-traffic";

interface DeleteKeyDialogProps {
  value: KeyView;
  onClose: () => void;
  onDeleted: (() => void) | undefined;
}

/** Asks before a key is gone for good. Its name is always typed: nothing brings it back. */
export function DeleteKeyDialog({ value, onClose, onDeleted }: DeleteKeyDialogProps) {
  const remove = trpc.keys.delete.useMutation();
  const utils = trpc.useUtils();
  const { toast } = useToast();
  const confirm = () =>
    remove.mutate(
      { id: value.id, name: value.name },
      {
        onSuccess: () => {
          toast({ text: `Deleted “${value.name}”. Its history stays.` });
          onClose();
          onDeleted?.();
          // Not the key itself: its page would ask for it once more and find nothing before it has been left.
          void utils.keys.list.invalidate();
          void utils.audit.invalidate();
          void utils.findings.invalidate();
          void utils.overview.invalidate();
        },
      },
    );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${value.name}?`}
      confirmLabel="Delete"
      onConfirm={confirm}
      typedName={value.name}
      pending={remove.isPending}
      error={remove.error}
    >
      <p>
        The key and its secret are gone for good: it cannot be reactivated or regenerated. Logs, audit and
        what the key has made keep its id and name.
      </p>
      <KeyTrafficTable id={value.id} />
    </ConfirmDialog>
  );
}
