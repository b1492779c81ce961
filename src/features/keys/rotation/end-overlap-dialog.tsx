"use client";

import { useEffect } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { useToast } from "@/components/ui/toast";
import type { KeyView } from "@/contracts/keys";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { isPreviousLive, PreviousSecret, useInOverlap, useKeySecrets } from "./key-rotation";

interface EndOverlapDialogProps {
  value: KeyView;
  onClose: () => void;
}

/**
 * Asks before the previous secret stops earlier than was promised, and closes where the overlap ends by itself meanwhile:
 * nothing is left to ask.
 */
export function EndOverlapDialog({ value, onClose }: EndOverlapDialogProps) {
  const inOverlap = useInOverlap(value);
  const { toast } = useToast();
  const refresh = useRefresh("keys");
  useEffect(() => {
    if (inOverlap) return;
    refresh();
    toast({ text: `The overlap of “${value.name}” has ended by itself.` });
    onClose();
  }, [inOverlap, refresh, toast, value.name, onClose]);
  const secrets = useKeySecrets(value.id, inOverlap);
  const end = trpc.keys.endOverlap.useMutation();
  const confirm = () =>
    end.mutate(
      { id: value.id, overlapUntil: value.overlapUntil ?? "" },
      {
        onSuccess: () => {
          refresh();
          toast({ text: `The previous secret of “${value.name}” has stopped working.` });
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`End the overlap of ${value.name}?`}
      confirmLabel="End overlap"
      onConfirm={confirm}
      typedName={isPreviousLive(value, secrets) ? value.name : undefined}
      pending={end.isPending}
      error={end.error}
    >
      <PreviousSecret value={value} secrets={secrets} />
      <p>
        The current secret <span className="mono">{value.maskedKey}</span> goes on working. This cannot be
        undone.
      </p>
    </ConfirmDialog>
  );
}
