"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Note } from "@/components/note";
import { type KeyView, OVERLAPS, type Overlap, type RevealedKey } from "@/contracts/keys";
import { trpc } from "@/trpc/client";
import { isLive } from "../key-abilities";
import { statusLabel } from "../key-status";
import { useRefreshKeys } from "../use-refresh-keys";
import { KeyTrafficTable } from "./key-traffic";
import { OverlapChoice } from "./overlap-choice";

interface RegenerateKeyDialogProps {
  value: KeyView;
  onClose: () => void;
  onRegenerated: (revealed: RevealedKey) => void;
}

/** Asks how long the old secret is to live before making a new one. */
export function RegenerateKeyDialog({ value, onClose, onRegenerated }: RegenerateKeyDialogProps) {
  const [overlap, setOverlap] = useState<Overlap>("now");
  const [live] = useState(() => isLive(value, Date.now()));
  const regenerate = trpc.keys.regenerate.useMutation({ gcTime: 0 });
  const refresh = useRefreshKeys();
  const confirm = async () => {
    try {
      const revealed = await regenerate.mutateAsync({ id: value.id, overlap });
      // The answer carries the secret: with no observer left and a gcTime of 0, the cache drops it now.
      regenerate.reset();
      refresh();
      onRegenerated(revealed);
    } catch {
      // The dialog shows regenerate.error.
    }
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Regenerate ${value.name}?`}
      confirmLabel="Regenerate"
      tone={overlap === "now" && value.status === "active" ? "danger" : "primary"}
      onConfirm={() => void confirm()}
      pending={regenerate.isPending}
      error={regenerate.error}
    >
      <p>
        The key gets a new secret, shown once. Its name, permissions, limits, customers, expiry and history
        stay.
      </p>
      <OverlapChoice value={overlap} onChange={setOverlap} />
      <p>{fateOfOldSecret(overlap)}</p>
      <KeyTrafficTable id={value.id} />
      {value.status !== "active" && (
        <Note>
          This key is {statusLabel(value.status)} and stays so: the new secret opens nothing until{" "}
          {value.status === "inactive" ? "the key is reactivated" : "a later expiry is set"}.
        </Note>
      )}
      {live && overlap === "now" && (
        <Note tone="warn">
          Production calls used this key within the last 24 hours. They fail until the new secret is in place.
        </Note>
      )}
    </ConfirmDialog>
  );
}

function fateOfOldSecret(overlap: Overlap): string {
  if (overlap === "now") return "The old secret fails on its next call, with 401 key_invalid.";
  return `Both secrets work at first. ${OVERLAPS[overlap].label} the old one fails, with 401 key_invalid.`;
}
