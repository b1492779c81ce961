"use client";

import type { ReactNode } from "react";
import * as z from "zod";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { EnvironmentField } from "@/components/form-fields";
import type { Environment } from "@/contracts/environments";
import type { JobView } from "@/contracts/jobs";
import { environmentSchema } from "@/contracts/schemas/environments";
import type { StartJobInput } from "@/contracts/schemas/job-types";
import { useZodForm } from "@/lib/use-zod-form";
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

const environmentOnlySchema = z.object({ environment: environmentSchema });

/** Starts a job that writes a list, as it is narrowed, to a file. The page that has the list hands in what it is. */
export function ExportDialog({ title, job, environment, children, onStarted, onClose }: ExportDialogProps) {
  const refresh = useRefresh("jobs");
  const start = trpc.jobs.start.useMutation({ onSuccess: refresh });
  const form = useZodForm({
    defaultValues: { environment },
    schema: environmentOnlySchema,
    toInput: (values) => values,
    async send({ environment }) {
      onStarted(await start.mutateAsync({ ...job(), environment }));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={title}
      description="A job writes a CSV file, which is kept for 7 days."
      tone="primary"
      confirmLabel="Export"
      onConfirm={form.submit}
      onClose={onClose}
      pending={form.pending}
      error={form.failure}
    >
      <EnvironmentField control={form.control} name="environment" hint="An export is of one environment." />
      {children}
    </ConfirmDialog>
  );
}
