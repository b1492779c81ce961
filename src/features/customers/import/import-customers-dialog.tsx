"use client";

import { type ChangeEvent, useRef, useState } from "react";
import { EnvironmentField } from "@/components/environment-field";
import { Field } from "@/components/field";
import { FormFooter } from "@/components/form-footer";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import type { Environment } from "@/contracts/environments";
import { MAX_JOB_ROWS } from "@/contracts/job-types";
import type { JobView } from "@/contracts/jobs";
import { UnreadableFile } from "@/lib/csv";
import { useEnvironmentChoice } from "@/lib/use-environment-choice";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { type CustomerFile, readCustomerFile } from "./customer-file";
import { CustomerFilePreview } from "./customer-file-preview";

interface ImportCustomersProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Where the form starts. */
  environment: Environment | null;
  onStarted: (job: JobView) => void;
}

/** Makes customers of a CSV file, as a job. */
export function ImportCustomers({ open, onOpenChange, ...rest }: ImportCustomersProps) {
  // Mounted with the dialog, so that each opening starts afresh.
  return open && <ImportCustomersDialog {...rest} onClose={() => onOpenChange(false)} />;
}

type ImportCustomersDialogProps = Omit<ImportCustomersProps, "open" | "onOpenChange"> & {
  onClose: () => void;
};

const HINT = `CSV in UTF-8 with commas or semicolons, at most ${MAX_JOB_ROWS.toLocaleString("en")} rows. Columns: email, and if you like name, and metadata such as metadata.plan.`;

function ImportCustomersDialog({ environment, onStarted, onClose }: ImportCustomersDialogProps) {
  const choice = useEnvironmentChoice(environment);
  const picked = usePickedFile();
  const start = trpc.jobs.start.useMutation({
    onSuccess: (job) => {
      onStarted(job);
      onClose();
    },
  });
  const { file, problem } = picked;
  const confirm = () => {
    const chosen = choice.demand();
    if (!file) return picked.ask();
    if (!chosen) return;
    const { rows, lines } = file;
    start.mutate({ type: "customers.import", environment: chosen, input: { rows, lines } });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && !start.isPending && onClose()}>
      <DialogContent
        title="Import customers"
        description="A job makes a customer of each row. Rows that cannot be one are listed in its result; the others go in."
      >
        <div className="mt-4 space-y-4">
          <EnvironmentField choice={choice} />
          <Field label="File" error={problem} hint={HINT}>
            <Input
              type="file"
              accept=".csv,text/csv"
              onChange={picked.onChange}
              className="h-auto py-1 file:mr-3 file:rounded-md file:border file:border-line-strong file:bg-sunken file:px-2 file:py-0.5 file:text-ink"
            />
          </Field>
          {file && <CustomerFilePreview value={file} />}
        </div>
        <FormFooter error={start.error}>
          <Button onClick={onClose} aria-disabled={start.isPending}>
            Cancel
          </Button>
          <Button variant="primary" pending={start.isPending} onClick={confirm}>
            {file ? `Import ${count(file.rows.length, "row")}` : "Import"}
          </Button>
        </FormFooter>
      </DialogContent>
    </Dialog>
  );
}

interface Picked {
  file: CustomerFile | null;
  /** Why there is no file, or nothing can be made of it. */
  problem: string | null;
}

const NOTHING: Picked = { file: null, problem: null };

/** The picked file, read in the browser: what is wrong with it is known before anything is sent. */
function usePickedFile() {
  const [picked, setPicked] = useState<Picked>(NOTHING);
  const latest = useRef<File>(undefined);
  return {
    ...picked,
    ask: () => setPicked((current) => ({ file: null, problem: current.problem ?? "Pick a file first." })),
    onChange: async (event: ChangeEvent<HTMLInputElement>) => {
      const [file] = event.target.files ?? [];
      latest.current = file;
      // Not the last file's rows beside this one's name, not even while this one is read.
      setPicked(NOTHING);
      if (!file) return;
      const found = await read(file);
      // A large file may be read more slowly than the small one that was picked after it.
      if (latest.current === file) setPicked(found);
    },
  };
}

async function read(file: File): Promise<Picked> {
  try {
    return { file: readCustomerFile(await file.arrayBuffer()), problem: null };
  } catch (error) {
    // Else the browser could not read the file: it was moved, or changed after it was picked.
    const problem =
      error instanceof UnreadableFile ? error.message : "The file cannot be read. Pick it again.";
    return { file: null, problem };
  }
}
