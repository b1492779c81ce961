"use client";

import { useRef } from "react";
import { type Control, useWatch } from "react-hook-form";
import { Field } from "@/components/field";
import { FormDialog } from "@/components/form-dialog";
import { EnvironmentField } from "@/components/form-fields";
import { Input } from "@/components/ui/input";
import type { Environment } from "@/contracts/environments";
import { MAX_JOB_ROWS } from "@/contracts/job-types";
import type { JobView } from "@/contracts/jobs";
import { importCustomersSchema } from "@/contracts/schemas/job-types";
import { UnreadableFile } from "@/lib/csv";
import { useField, useZodForm } from "@/lib/use-zod-form";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { type CustomerFile, readCustomerFile } from "./customer-file";
import { CustomerFilePreview } from "./customer-file-preview";

interface ImportCustomersDialogProps {
  /** Where the form starts. */
  environment: Environment | null;
  onStarted: (job: JobView) => void;
  onClose: () => void;
}

const HINT = `CSV in UTF-8 with commas or semicolons, at most ${MAX_JOB_ROWS.toLocaleString("en")} rows. Columns: email, and if you like name, and metadata such as metadata.plan.`;

/** Makes customers of a CSV file, as a job. */
export function ImportCustomersDialog({ environment, onStarted, onClose }: ImportCustomersDialogProps) {
  const start = trpc.jobs.start.useMutation();
  const form = useZodForm({
    defaultValues: { environment, rows: NOTHING },
    schema: importCustomersSchema,
    toInput: ({ environment, rows: { file } }) => ({ environment, rows: file?.rows }),
    within: "input",
    async send({ environment }, { rows: { file } }) {
      if (!file) return;
      const { rows, lines } = file;
      onStarted(await start.mutateAsync({ type: "customers.import", environment, input: { rows, lines } }));
      onClose();
    },
  });
  const { file } = useWatch({ control: form.control, name: "rows" });
  return (
    <FormDialog
      title="Import customers"
      description="A job makes a customer of each row. Rows that cannot be one are listed in its result; the others go in."
      form={form}
      submitLabel={file ? `Import ${count(file.rows.length, "row")}` : "Import"}
      onClose={onClose}
    >
      <EnvironmentField control={form.control} name="environment" />
      <FileField control={form.control} />
      {file && <CustomerFilePreview value={file} />}
    </FormDialog>
  );
}

/** The picked file, read in the browser: what is wrong with it is known before anything is sent. */
function FileField({ control }: { control: Control<ImportValues> }) {
  const { value, onChange, ref, error } = useField<ImportValues, PickedFile>({ control, name: "rows" });
  const latest = useRef<File>(undefined);
  const pick = async (file: File | undefined) => {
    latest.current = file;
    // Not the last file's rows beside this one's name, not even while this one is read.
    onChange(NOTHING);
    if (!file) return;
    const found = await read(file);
    // A large file may be read more slowly than the small one that was picked after it.
    if (latest.current === file) onChange(found);
  };
  return (
    <Field label="File" error={value.problem ?? (error && "Pick a file first.")} hint={HINT}>
      <Input
        type="file"
        accept=".csv,text/csv"
        ref={ref}
        onChange={({ target }) => void pick(target.files?.[0])}
        className="h-auto py-1 file:mr-3 file:rounded-md file:border file:border-line-strong file:bg-sunken file:px-2 file:py-0.5 file:text-ink"
      />
    </Field>
  );
}

interface PickedFile {
  file: CustomerFile | null;
  /** Why nothing can be made of it. */
  problem: string | null;
}

const NOTHING: PickedFile = { file: null, problem: null };

interface ImportValues {
  environment: Environment | null;
  rows: PickedFile;
}

async function read(file: File): Promise<PickedFile> {
  try {
    return { file: readCustomerFile(await file.arrayBuffer()), problem: null };
  } catch (error) {
    // Else the browser could not read the file: it was moved, or changed after it was picked.
    const problem =
      error instanceof UnreadableFile ? error.message : "The file cannot be read. Pick it again.";
    return { file: null, problem };
  }
}
