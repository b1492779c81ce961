"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import type { RetentionDryRun } from "@/contracts/settings";
import { droppedText, RETENTION_KINDS, type RetentionKind } from "./dropped-text";

interface KeepLessDialogProps {
  dryRun: RetentionDryRun;
  /** What was changed. */
  kinds: readonly RetentionKind[];
  onConfirm: () => void;
  onClose: () => void;
  pending: boolean;
  error: unknown;
}

/** Asks before days are dropped that would have been kept, and says which. */
export function KeepLessDialog({ dryRun, kinds, onConfirm, onClose, pending, error }: KeepLessDialogProps) {
  const dropping = kinds.filter((kind) => dryRun[kind].days.length > 0);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Keep less?"
      confirmLabel="Save and drop"
      typedName="drop"
      onConfirm={onConfirm}
      pending={pending}
      error={error}
    >
      <p>The next maintenance, within ten minutes, drops</p>
      <ul className="list-disc space-y-1 pl-5">
        {dropping.map((kind) => (
          <li key={kind}>
            of {RETENTION_KINDS[kind].short}: <span className="text-ink">{droppedText(dryRun[kind])}</span>
          </li>
        ))}
      </ul>
      <p>
        What is dropped cannot be brought back.{" "}
        {dropping.map((kind) => RETENTION_KINDS[kind].stays).join(" ")}
      </p>
    </ConfirmDialog>
  );
}
