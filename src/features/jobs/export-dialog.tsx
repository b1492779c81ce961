"use client";

import type { ReactNode } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { EnvironmentField } from "@/components/environment-field";
import type { Environment } from "@/contracts/environments";
import type { StartJobInput } from "@/contracts/job-types";
import type { JobView } from "@/contracts/jobs";
import { useEnvironmentChoice } from "@/lib/use-environment-choice";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

export type ExportJob = Extract<StartJobInput, { type: "licenses.export" | "telemetry.export" }>;

interface ExportDialogProps {
  /** "Export licences". */
  title: string;
  /** The job, once it is asked for. */
  job: () => ExportJob;
  /** Where the list is; null where it shows all environments, of which an export is of one. */
  environment: Environment | null;
  /** What the file will hold. */
  children: ReactNode;
  onStarted: (job: JobView) => void;
  onClose: () => void;
}

/** Starts a job that writes a list, as it is narrowed, to a file. The page that has the list hands in what it is. */
export function ExportDialog({ title, job, environment, children, onStarted, onClose }: ExportDialogProps) {
  const choice = useEnvironmentChoice(environment);
  const refresh = useRefresh("jobs");
  const start = trpc.jobs.start.useMutation({ onSuccess: refresh });
  const confirm = () => {
    const chosen = choice.demand();
    if (!chosen) return;
    const onSuccess = (started: JobView) => {
      onStarted(started);
      onClose();
    };
    start.mutate({ ...job(), environment: chosen }, { onSuccess });
  };
  return (
    <ConfirmDialog
      title={title}
      description="A job writes a CSV file, which is kept for 7 days."
      tone="primary"
      confirmLabel="Export"
      onConfirm={confirm}
      onClose={onClose}
      pending={start.isPending}
      error={start.error}
    >
      <EnvironmentField choice={choice} hint="An export is of one environment." />
      {children}
    </ConfirmDialog>
  );
}
