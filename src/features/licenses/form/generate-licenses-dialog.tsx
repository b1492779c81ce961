"use client";

import { useState } from "react";
import { Field } from "@/components/field";
import { FormDialog } from "@/components/form-dialog";
import { Input } from "@/components/ui/input";
import type { Environment } from "@/contracts/environments";
import { MAX_JOB_ROWS } from "@/contracts/job-types";
import type { JobView } from "@/contracts/jobs";
import { describeError, failureBesideFields } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { generationIssues, toGenerationInput } from "./generation-values";
import { IdentityFields } from "./identity-fields";
import { newLicenseValues } from "./license-form-values";
import { LicenseTermsFields } from "./license-terms-fields";
import { OwnerField } from "./owner-field";
import { useLicenseForm } from "./use-license-form";

const FIRST_COUNT = "100";

interface GenerateLicensesProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Where the form starts. */
  environment: Environment | null;
  onStarted: (job: JobView) => void;
}

/** Issues many licences alike, as a job. */
export function GenerateLicenses({ open, onOpenChange, ...rest }: GenerateLicensesProps) {
  // Mounted with the dialog, so that each opening starts afresh.
  return open && <GenerateLicensesDialog {...rest} onClose={() => onOpenChange(false)} />;
}

interface GenerateLicensesDialogProps extends Pick<GenerateLicensesProps, "environment" | "onStarted"> {
  onClose: () => void;
}

function GenerateLicensesDialog({ environment, onStarted, onClose }: GenerateLicensesDialogProps) {
  const form = useLicenseForm(() => ({ ...newLicenseValues(environment), owner: "none" }));
  const [count, setCount] = useState(FIRST_COUNT);
  const start = trpc.jobs.start.useMutation();
  const submit = async () => {
    start.reset();
    const now = new Date();
    const issues = generationIssues(form.values, count, now);
    form.refuse(issues);
    const { environment } = form.values;
    if (issues.length > 0 || !environment) return;
    try {
      const input = toGenerationInput(form.values, count, now);
      onStarted(await start.mutateAsync({ type: "licenses.generate", environment, input }));
      onClose();
    } catch (error) {
      // The job's fields lie inside of `input`; the form knows them without.
      const fields = describeError(error).fields;
      form.refuse(fields.map((field) => ({ ...field, path: field.path.replace(/^input\./, "") })));
    }
  };
  return (
    <FormDialog
      title="Generate licences"
      description="Many at once, alike but for their keys. A job makes them; its result lists the keys as CSV."
      formRef={form.formRef}
      dirty={form.dirty || count !== FIRST_COUNT}
      pending={start.isPending}
      error={failureBesideFields(start.error)}
      submitLabel="Generate"
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <IdentityFields form={form} />
      <Field
        label="How many"
        error={form.errorAt("count")}
        hint={`1 to ${MAX_JOB_ROWS.toLocaleString("en")}.`}
      >
        <Input
          inputMode="numeric"
          value={count}
          onChange={(event) => setCount(event.target.value)}
          autoComplete="off"
          className="tabular-nums"
        />
      </Field>
      <OwnerField form={form} choices={["none", "existing"]} />
      <LicenseTermsFields form={form} />
    </FormDialog>
  );
}
