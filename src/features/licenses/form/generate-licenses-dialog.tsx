"use client";

import { type FormEvent, useState } from "react";
import { Field } from "@/components/field";
import { FormFooter } from "@/components/form-footer";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import type { Environment } from "@/contracts/environments";
import type { JobView } from "@/contracts/jobs";
import { MAX_JOB_ROWS } from "@/contracts/jobs";
import { describeError } from "@/lib/errors";
import { keepWhatWasTyped } from "@/lib/keep-what-was-typed";
import { useReturnFocus } from "@/lib/use-return-focus";
import { trpc } from "@/trpc/client";
import { generationIssues, toGenerationInput } from "./generation-values";
import { IdentityFields } from "./identity-fields";
import { newLicenseValues } from "./license-form-values";
import { LicenseTermsFields } from "./license-terms-fields";
import { OwnerField } from "./owner-field";
import { failureBesideFields, useLicenseForm } from "./use-license-form";

interface GenerateLicensesProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Where the form starts. */
  environment: Environment;
  onStarted: (job: JobView) => void;
}

/** Issues many licences alike, as a job. */
export function GenerateLicenses({ open, onOpenChange, ...rest }: GenerateLicensesProps) {
  useReturnFocus(open);
  // Mounted with the dialog, so that each opening starts afresh.
  return open && <GenerateLicensesDialog {...rest} onClose={() => onOpenChange(false)} />;
}

interface GenerateLicensesDialogProps extends Pick<GenerateLicensesProps, "environment" | "onStarted"> {
  onClose: () => void;
}

function GenerateLicensesDialog({ environment, onStarted, onClose }: GenerateLicensesDialogProps) {
  const form = useLicenseForm(() => ({ ...newLicenseValues(environment), owner: "none" }));
  const [count, setCount] = useState("100");
  const start = trpc.jobs.start.useMutation();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (start.isPending) return;
    start.reset();
    const now = new Date();
    const issues = generationIssues(form.values, count, now);
    form.refuse(issues);
    if (issues.length > 0) return;
    try {
      const input = toGenerationInput(form.values, count, now);
      const { environment } = form.values;
      onStarted(await start.mutateAsync({ type: "licenses.generate", environment, input }));
      onClose();
    } catch (error) {
      // The job's fields lie inside of `input`; the form knows them without.
      const fields = describeError(error).fields;
      form.refuse(fields.map((field) => ({ ...field, path: field.path.replace(/^input\./, "") })));
    }
  };
  return (
    <Dialog open onOpenChange={(open) => !open && !start.isPending && onClose()}>
      <DialogContent
        title="Generate licences"
        description="Many at once, alike but for their keys. A job makes them; its result lists the keys as CSV."
        {...keepWhatWasTyped(form.dirty)}
      >
        <form ref={form.formRef} onSubmit={submit} noValidate className="mt-4 space-y-4">
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
          <FormFooter error={failureBesideFields(start.error)}>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" pending={start.isPending}>
              Generate
            </Button>
          </FormFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
