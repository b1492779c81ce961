"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { DeleteDialog } from "@/components/delete-dialog";
import { useRole } from "@/components/session-context";
import { Button, type ButtonProps } from "@/components/ui/button";
import { toast, toastFailure } from "@/components/ui/toast";
import type { JobView } from "@/contracts/jobs";
import { trpc } from "@/trpc/client";
import { useRefresh, useRefreshWithout } from "@/trpc/use-refresh";
import { JOB_ACTIONS, type JobAction, jobActionsFor } from "./job-abilities";
import { jobTypeLabel, progressText } from "./job-status";

interface JobActionButtonsProps {
  job: JobView;
  size?: ButtonProps["size"];
  /** After a deletion: leaves its page. */
  onDeleted?: () => void;
}

const LOOKS = { cancel: "outline", retry: "outline", delete: "danger" } as const satisfies Record<
  JobAction,
  ButtonProps["variant"]
>;

/** What may be done to a job, with the dialogs that ask first. Retrying cuts nothing, so it does not ask. */
export function JobActionButtons({ job, size, onDeleted }: JobActionButtonsProps) {
  const [asked, setAsked] = useState<JobAction | null>(null);
  const actions = jobActionsFor(job, useRole(job.environment));
  const retry = useRetry();
  const close = () => setAsked(null);
  return (
    <>
      {actions.map((action) => (
        <Button
          key={action}
          size={size}
          variant={LOOKS[action]}
          pending={action === "retry" && retry.isPending}
          onClick={() => (action === "retry" ? retry.mutate({ id: job.id }) : setAsked(action))}
        >
          {JOB_ACTIONS[action]}
        </Button>
      ))}
      {asked === "cancel" && <CancelJobDialog job={job} onClose={close} />}
      {asked === "delete" && <DeleteJobDialog job={job} onClose={close} onDeleted={onDeleted} />}
    </>
  );
}

function useRetry() {
  const refresh = useRefresh("jobs");
  return trpc.jobs.retry.useMutation({
    onSuccess: () => {
      refresh();
      toast({ text: "Queued again. It goes on after the last row that was written." });
    },
    onError: (error) => {
      refresh();
      toastFailure(error);
    },
  });
}

/** Asks before a job is ended, and says what stays. */
function CancelJobDialog({ job, onClose }: { job: JobView; onClose: () => void }) {
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
function DeleteJobDialog({ job, onClose, onDeleted }: DeleteJobDialogProps) {
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
