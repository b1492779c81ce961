"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Note } from "@/components/note";
import { type KeyView, OVERLAPS, type Overlap, type RevealedKey } from "@/contracts/keys";
import { trpc } from "@/trpc/client";
import { isLive } from "../key-abilities";
import { statusLabel } from "../key-status";
import { isPreviousLive, PreviousSecret, useInOverlap, useKeySecrets } from "../rotation/previous-secret";
import { useRefreshKeys } from "../use-refresh-keys";
import { KeyTrafficTable } from "./key-traffic";
import { OverlapChoice } from "./overlap-choice";

interface RegenerateKeyDialogProps {
  value: KeyView;
  onClose: () => void;
  onRegenerated: (revealed: RevealedKey) => void;
}

/** Asks how long the current secret is to live before making a new one, and says which promised one that ends. */
export function RegenerateKeyDialog({ value, onClose, onRegenerated }: RegenerateKeyDialogProps) {
  const [overlap, setOverlap] = useState<Overlap>("now");
  // Asked for again: somebody may have regenerated the key since this page was drawn.
  const found = trpc.keys.get.useQuery({ id: value.id }, { initialData: value, staleTime: 0 });
  const key = found.data;
  const inOverlap = useInOverlap(key);
  const secrets = useKeySecrets(key.id, inOverlap);
  const [live] = useState(() => isLive(value, Date.now()));
  const regenerate = trpc.keys.regenerate.useMutation({ gcTime: 0 });
  const refresh = useRefreshKeys();
  const confirm = async () => {
    try {
      const endsOverlap = inOverlap ? key.overlapUntil : null;
      const revealed = await regenerate.mutateAsync({ id: key.id, overlap, endsOverlap });
      // The answer carries the secret: with no observer left and a gcTime of 0, the cache drops it now.
      regenerate.reset();
      refresh();
      onRegenerated(revealed);
    } catch {
      // The dialog shows regenerate.error, and below it the overlap that was not known of.
      void found.refetch();
    }
  };
  const endsInUse = (live && overlap === "now") || (inOverlap && isPreviousLive(key, secrets));
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Regenerate ${key.name}?`}
      confirmLabel="Regenerate"
      tone={inOverlap || (overlap === "now" && key.status === "active") ? "danger" : "primary"}
      onConfirm={() => void confirm()}
      typedName={endsInUse ? key.name : undefined}
      pending={regenerate.isPending}
      error={regenerate.error}
    >
      <p>
        The key gets a new secret, shown once. Its name, permissions, limits, customers, expiry and history
        stay.
      </p>
      {inOverlap && (
        <div className="space-y-3 rounded-lg border border-warn/40 px-3 py-2.5">
          <h3 className="font-medium text-warn">This ends a secret that was promised</h3>
          <PreviousSecret value={key} secrets={secrets} />
        </div>
      )}
      <OverlapChoice value={overlap} onChange={setOverlap} />
      <p>{fateOfCurrentSecret(overlap)}</p>
      <KeyTrafficTable id={key.id} />
      {key.status !== "active" && (
        <Note>
          This key is {statusLabel(key.status)} and stays so: the new secret opens nothing until{" "}
          {key.status === "inactive" ? "the key is reactivated" : "a later expiry is set"}.
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

function fateOfCurrentSecret(overlap: Overlap): string {
  if (overlap === "now") return "The current secret fails on its next call, with 401 key_invalid.";
  return `The current secret works beside the new one at first. ${OVERLAPS[overlap].label} it fails, with 401 key_invalid.`;
}
