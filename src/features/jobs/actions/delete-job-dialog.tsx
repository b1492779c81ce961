"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { useToast } from "@/components/ui/toast";
import type { JobView } from "@/contracts/jobs";
import { trpc } from "@/trpc/client";
import { jobTypeLabel } from "../job-status";

interface DeleteJobDialogProps {
  value: JobView;
  onClose: () => void;
  onDeleted: (() => void) | undefined;
}

/** Asks before a job and its result are gone. */
export function DeleteJobDialog({ value, onClose, onDeleted }: DeleteJobDialogProps) {
  const utils = trpc.useUtils();
  const { toast } = useToast();
  const remove = trpc.jobs.delete.useMutation({
    onSuccess: () => {
      toast({ text: "Deleted the job. Its entry in the audit stays." });
      onClose();
      onDeleted?.();
      // Not the job itself: its page would ask for it once more and find nothing before it has been left.
      void utils.jobs.list.invalidate();
      void utils.jobs.stats.invalidate();
      void utils.audit.invalidate();
      void utils.overview.invalidate();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this job?"
      confirmLabel="Delete"
      onConfirm={() => remove.mutate({ id: value.id })}
      pending={remove.isPending}
      error={remove.error}
    >
      <p>
        <span className="text-ink">{jobTypeLabel(value)}</span>, started by{" "}
        <span className="text-ink">{value.startedBy.name}</span>.
      </p>
      <p>
        The job and its result are gone for good; whoever started it is answered{" "}
        <code className="mono">not_found</code>. What it did stays.
      </p>
    </ConfirmDialog>
  );
}
