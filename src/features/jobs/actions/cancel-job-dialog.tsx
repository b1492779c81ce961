"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { useToast } from "@/components/ui/toast";
import type { JobView } from "@/contracts/jobs";
import { trpc } from "@/trpc/client";
import { jobTypeLabel, progressText } from "../job-status";
import { useRefreshJobs } from "../use-refresh-jobs";

/** Asks before a job is ended, and says what stays. */
export function CancelJobDialog({ value, onClose }: { value: JobView; onClose: () => void }) {
  const refresh = useRefreshJobs();
  const { toast } = useToast();
  const cancel = trpc.jobs.cancel.useMutation({
    onSuccess: () => {
      toast({ text: "Cancelled." });
      onClose();
    },
    // Also after a refusal: the job may have ended by itself meanwhile.
    onSettled: refresh,
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Cancel this job?"
      confirmLabel="Cancel job"
      onConfirm={() => cancel.mutate({ id: value.id })}
      pending={cancel.isPending}
      error={cancel.error}
    >
      <p>
        <span className="text-ink">{jobTypeLabel(value)}</span>, started by{" "}
        <span className="text-ink">{value.startedBy.name}</span>: {progressText(value)}.
      </p>
      <p>
        It stops after the rows that are being written, 500 at most. What it has done stays done, and there is
        no result to download. It cannot be resumed.
      </p>
    </ConfirmDialog>
  );
}
