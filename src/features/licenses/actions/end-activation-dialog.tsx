"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { useToast } from "@/components/ui/toast";
import type { Activation } from "@/contracts/activations";
import { trpc } from "@/trpc/client";
import { useRefreshLicenses } from "../use-refresh-licenses";

/** Asks before a device loses its place, and says what that does and what it does not. */
export function EndActivationDialog({ value, onClose }: { value: Activation; onClose: () => void }) {
  const refresh = useRefreshLicenses();
  const { toast } = useToast();
  const end = trpc.licenses.endActivation.useMutation({
    onSuccess: () => {
      refresh();
      toast({ text: "Ended. Its place is free." });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
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
