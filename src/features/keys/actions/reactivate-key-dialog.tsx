"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { RelativeText } from "@/components/timestamp";
import { useToast } from "@/components/ui/toast";
import { type KeyView, keyStatus } from "@/contracts/keys";
import { trpc } from "@/trpc/client";
import { useRefreshKeys } from "../use-refresh-keys";

interface ReactivateKeyDialogProps {
  value: KeyView;
  onClose: () => void;
}

/** Asks before a revoked key works again. */
export function ReactivateKeyDialog({ value, onClose }: ReactivateKeyDialogProps) {
  const reactivate = trpc.keys.reactivate.useMutation();
  const refresh = useRefreshKeys();
  const { toast } = useToast();
  const confirm = () =>
    reactivate.mutate(
      { id: value.id },
      {
        onSuccess: () => {
          refresh();
          toast({ text: `Reactivated “${value.name}”.` });
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Reactivate ${value.name}?`}
      confirmLabel="Reactivate"
      tone="primary"
      onConfirm={confirm}
      pending={reactivate.isPending}
      error={reactivate.error}
    >
      {value.revokedAt && (
        <p>
          Revoked <RelativeText value={value.revokedAt} />
          {value.revokedBy && ` by ${value.revokedBy}`}
          {value.revokedReason && `: “${value.revokedReason}”`}.
        </p>
      )}
      <p>{isPastExpiry(value) ? STILL_EXPIRED : WORKS_AGAIN}</p>
    </ConfirmDialog>
  );
}

const WORKS_AGAIN =
  "The same secret works again on the next call. If it may have leaked, regenerate the key first.";
const STILL_EXPIRED =
  "Its expiry has passed, so it will be Expired, not Active. Set a later expiry to make it work again.";

function isPastExpiry({ expiresAt }: KeyView): boolean {
  return (
    keyStatus({ revokedAt: null, expiresAt: expiresAt ? new Date(expiresAt) : null }, new Date()) ===
    "expired"
  );
}
