"use client";

import { type ReactNode, useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Field } from "@/components/field";
import { Textarea } from "@/components/ui/textarea";
import { toast } from "@/components/ui/toast";
import { FINDINGS, type FindingView, muteFindingSchema } from "@/contracts/findings";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

export interface Mute {
  /** Opens the question why. */
  ask: (finding: FindingView) => void;
  unmute: (finding: FindingView) => void;
  /** The question, to be placed outside of the list. */
  dialog: ReactNode;
}

/** Taking findings off the list, and putting them back. */
export function useMute(): Mute {
  const [asking, setAsking] = useState<FindingView | null>(null);
  const refresh = useRefresh("findings");
  const unmute = trpc.findings.unmute.useMutation({
    onSuccess: refresh,
    onError(error) {
      const { message, requestId } = describeError(error);
      toast({ tone: "bad", text: message, requestId });
    },
  });
  return {
    ask: setAsking,
    unmute: ({ id }) => unmute.mutate({ id }),
    dialog: asking && <MuteDialog finding={asking} onClose={() => setAsking(null)} onMuted={refresh} />,
  };
}

interface MuteDialogProps {
  finding: FindingView;
  onClose: () => void;
  onMuted: () => void;
}

/** Asks why a finding is to be left alone. */
function MuteDialog({ finding, onClose, onMuted }: MuteDialogProps) {
  const [reason, setReason] = useState("");
  const mute = trpc.findings.mute.useMutation();
  const [complaint, setComplaint] = useState<string>();
  const confirm = () => {
    const input = muteFindingSchema.safeParse({ id: finding.id, reason });
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
      title={`Mute “${FINDINGS[finding.evidence.kind].label}”?`}
      confirmLabel="Mute"
      tone="primary"
      onConfirm={confirm}
      pending={mute.isPending}
      error={mute.error}
    >
      <p>
        The finding on {finding.key.name} leaves the list and the overview. It comes back by itself when what
        it rests on becomes something else. The audit keeps who muted it, and why.
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
