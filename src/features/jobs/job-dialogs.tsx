"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { DeleteDialog } from "@/components/delete-dialog";
import { toast } from "@/components/ui/toast";
import type { JobView } from "@/contracts/jobs";
import { trpc } from "@/trpc/client";
import { useRefresh, useRefreshWithout } from "@/trpc/use-refresh";
import { jobTypeLabel, progressText } from "./job-status";

/** Asks before a job is ended, and says what stays. */
export function CancelJobDialog({ job, onClose }: { job: JobView; onClose: () => void }) {
  const refresh = useRefresh("jobs");
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
      onClose={onClose}
      title="Cancel this job?"
      confirmLabel="Cancel job"
      onConfirm={() => cancel.mutate({ id: job.id })}
      pending={cancel.isPending}
      error={cancel.error}
    >
      <p>
        <span className="text-ink">{jobTypeLabel(job)}</span>, started by{" "}
        <span className="text-ink">{job.startedBy.name}</span>: {progressText(job)}.
      </p>
      <p>
        It stops after the rows that are being written, 500 at most. What it has done stays done, and there is
        no result to download. It cannot be resumed.
      </p>
    </ConfirmDialog>
  );
}

interface DeleteJobDialogProps {
  job: JobView;
  onClose: () => void;
  onDeleted: (() => void) | undefined;
}

/** Asks before a job and its result are gone. */
export function DeleteJobDialog({ job, onClose, onDeleted }: DeleteJobDialogProps) {
  const refreshWithout = useRefreshWithout("jobs");
  const mutation = trpc.jobs.delete.useMutation({ onSuccess: (_, { id }) => refreshWithout(id) });
  return (
    <DeleteDialog
      title="Delete this job?"
      mutation={mutation}
      input={{ id: job.id }}
      done="Deleted the job. Its entry in the audit stays."
      onDeleted={onDeleted}
      onClose={onClose}
    >
      <p>
        <span className="text-ink">{jobTypeLabel(job)}</span>, started by{" "}
        <span className="text-ink">{job.startedBy.name}</span>.
      </p>
      <p>
        The job and its result are gone for good; whoever started it is answered{" "}
        <code className="mono">not_found</code>. What it did stays.
      </p>
    </DeleteDialog>
  );
}
