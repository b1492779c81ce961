"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Field } from "@/components/field";
import { Textarea } from "@/components/ui/textarea";
import { FINDINGS, type FindingView, muteFindingSchema } from "@/contracts/findings";
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
  const [complaint, setComplaint] = useState<string>();
  const confirm = () => {
    const input = muteFindingSchema.safeParse({ id: value.id, reason });
    if (!input.success) return setComplaint(input.error.issues[0]?.message);
    mute.mutate(input.data, {
      onSuccess() {
        onMuted();
        onClose();
      },
    });
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Mute “${FINDINGS[value.evidence.kind].label}”?`}
      confirmLabel="Mute"
      tone="primary"
      onConfirm={confirm}
      pending={mute.isPending}
      error={mute.error}
    >
      <p>
        The finding on {value.key.name} leaves the list and the overview. It comes back by itself when what it
        rests on becomes something else. The audit keeps who muted it, and why.
      </p>
      <Field label="Why is it all right?" error={complaint}>
        <Textarea
          value={reason}
          onChange={(event) => {
            setReason(event.target.value);
            setComplaint(undefined);
          }}
          rows={2}
          maxLength={500}
          placeholder="Spare key for the fire drill"
        />
      </Field>
    </ConfirmDialog>
  );
}
