"use client";

import { useState } from "react";
import { onDemand } from "@/components/on-demand";
import { useRole } from "@/components/session-context";
import { Button, type ButtonProps } from "@/components/ui/button";
import { toast, toastFailure } from "@/components/ui/toast";
import type { JobView } from "@/contracts/jobs";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { JOB_ACTIONS, type JobAction, jobActionsFor } from "./job-abilities";

const CancelJobDialog = onDemand(() => import("./job-dialogs").then((module) => module.CancelJobDialog));
const DeleteJobDialog = onDemand(() => import("./job-dialogs").then((module) => module.DeleteJobDialog));

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
