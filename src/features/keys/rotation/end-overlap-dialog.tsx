"use client";

import { useEffect } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { toast } from "@/components/ui/toast";
import type { KeyView } from "@/contracts/keys";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { isPreviousLive, PreviousSecret, useInOverlap, useKeySecrets } from "./key-rotation";

interface EndOverlapDialogProps {
  apiKey: KeyView;
  onClose: () => void;
}

/**
 * Asks before the previous secret stops earlier than was promised, and closes where the overlap ends by itself meanwhile:
 * nothing is left to ask.
 */
export function EndOverlapDialog({ apiKey, onClose }: EndOverlapDialogProps) {
  const inOverlap = useInOverlap(apiKey);
  const refresh = useRefresh("keys");
  useEffect(() => {
    if (inOverlap) return;
    refresh();
    toast({ text: `The overlap of “${apiKey.name}” has ended by itself.` });
    onClose();
  }, [inOverlap, refresh, apiKey.name, onClose]);
  const secrets = useKeySecrets(apiKey.id, inOverlap);
  const end = trpc.keys.endOverlap.useMutation();
  const confirm = () =>
    end.mutate(
      { id: apiKey.id, overlapUntil: apiKey.overlapUntil ?? "" },
      {
        onSuccess: () => {
          refresh();
          toast({ text: `The previous secret of “${apiKey.name}” has stopped working.` });
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      onClose={onClose}
      title={`End the overlap of ${apiKey.name}?`}
      confirmLabel="End overlap"
      onConfirm={confirm}
      typedName={isPreviousLive(apiKey, secrets) ? apiKey.name : undefined}
      pending={end.isPending}
      error={end.error}
    >
      <PreviousSecret apiKey={apiKey} secrets={secrets} />
      <p>
        The current secret <span className="mono">{apiKey.maskedKey}</span> goes on working. This cannot be
        undone.
      </p>
    </ConfirmDialog>
  );
}
