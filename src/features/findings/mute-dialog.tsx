"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Field } from "@/components/field";
import { Textarea } from "@/components/ui/textarea";
import { FINDINGS, type FindingView } from "@/contracts/findings";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";

interface MuteDialogProps {
  value: FindingView;
  onClose: () => void;
  onMuted: () => void;
}

/** Asks why a finding is to be left alone. */
export function MuteDialog({ value, onClose, onMuted }: MuteDialogProps) {
  const [reason, setReason] = useState("");
  const mute = trpc.findings.mute.useMutation();
  const confirm = () =>
    mute.mutate(
      { id: value.id, reason },
      {
        onSuccess() {
          onMuted();
          onClose();
        },
      },
    );
  const [complaint] = describeError(mute.error).fields;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Mute “${FINDINGS[value.evidence.kind].label}”?`}
      confirmLabel="Mute"
      tone="primary"
      onConfirm={confirm}
      pending={mute.isPending}
      error={complaint ? null : mute.error}
    >
      <p>
        The finding on {value.key.name} leaves the list and the overview. It comes back by itself when what it
        rests on becomes something else. The audit keeps who muted it, and why.
      </p>
      <Field label="Why is it all right?" error={complaint?.message}>
        <Textarea
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          rows={2}
          maxLength={500}
          placeholder="Spare key for the fire drill"
        />
      </Field>
    </ConfirmDialog>
  );
}
