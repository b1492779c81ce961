"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { TextAreaField } from "@/components/form-fields";
import { FINDINGS, type FindingView } from "@/contracts/findings";
import { muteFindingSchema } from "@/contracts/schemas/findings";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";

interface MuteDialogProps {
  finding: FindingView;
  onClose: () => void;
  onMuted: () => void;
}

/** Asks why a finding is to be left alone. */
export function MuteDialog({ finding, onClose, onMuted }: MuteDialogProps) {
  const mute = trpc.findings.mute.useMutation();
  const form = useZodForm({
    defaultValues: { reason: "" },
    schema: muteFindingSchema,
    toInput: ({ reason }) => ({ id: finding.id, reason }),
    async send(input) {
      await mute.mutateAsync(input);
      onMuted();
      onClose();
    },
  });
  return (
    <ConfirmDialog
      onClose={onClose}
      title={`Mute “${FINDINGS[finding.evidence.kind].label}”?`}
      confirmLabel="Mute"
      tone="primary"
      onConfirm={form.submit}
      pending={form.pending}
      error={form.failure}
    >
      <p>
        The finding on {finding.key.name} leaves the list and the overview. It comes back by itself when what
        it rests on becomes something else. The audit keeps who muted it, and why.
      </p>
      <TextAreaField
        control={form.control}
        name="reason"
        label="Why is it all right?"
        rows={2}
        maxLength={500}
        placeholder="Spare key for the fire drill"
      />
    </ConfirmDialog>
  );
}
