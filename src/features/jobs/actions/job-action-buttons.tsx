"use client";

import { useState } from "react";
import { useSession } from "@/components/session-context";
import { Button, type ButtonProps } from "@/components/ui/button";
import { useToast } from "@/components/ui/toast";
import type { JobView } from "@/contracts/jobs";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { JOB_ACTIONS, type JobAction, jobActionsFor } from "../job-abilities";
import { useRefreshJobs } from "../use-refresh-jobs";
import { CancelJobDialog } from "./cancel-job-dialog";
import { DeleteJobDialog } from "./delete-job-dialog";

interface JobActionButtonsProps {
  value: JobView;
  size?: ButtonProps["size"];
  /** After a deletion, before anything asks the server for the job again. */
  onDeleted?: () => void;
}

const LOOKS = { cancel: "outline", retry: "outline", delete: "danger" } as const satisfies Record<
  JobAction,
  ButtonProps["variant"]
>;

/** What may be done to a job, with the dialogs that ask first. Retrying cuts nothing, so it does not ask. */
export function JobActionButtons({ value, size, onDeleted }: JobActionButtonsProps) {
  const [asked, setAsked] = useState<JobAction | null>(null);
  const actions = jobActionsFor(value, useSession().admin.role);
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
          onClick={() => (action === "retry" ? retry.mutate({ id: value.id }) : setAsked(action))}
        >
          {JOB_ACTIONS[action]}
        </Button>
      ))}
      {asked === "cancel" && <CancelJobDialog value={value} onClose={close} />}
      {asked === "delete" && <DeleteJobDialog value={value} onClose={close} onDeleted={onDeleted} />}
    </>
  );
}

function useRetry() {
  const refresh = useRefreshJobs();
  const { toast } = useToast();
  return trpc.jobs.retry.useMutation({
    onSuccess: () => {
      refresh();
      toast({ text: "Queued again. It goes on after the last row that was written." });
    },
    onError: (error) => {
      refresh();
      const { message, requestId } = describeError(error);
      toast({ text: message, tone: "bad", requestId });
    },
  });
}
