"use client";

import { FormDialog } from "@/components/form-dialog";
import { DigitsField } from "@/components/form-fields";
import type { Environment } from "@/contracts/environments";
import { MAX_JOB_ROWS } from "@/contracts/job-types";
import type { JobView } from "@/contracts/jobs";
import { generateLicensesSchema } from "@/contracts/schemas/job-types";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { IdentityFields } from "./identity-fields";
import { newLicenseValues, toGenerateInput } from "./license-form-values";
import { LicenseTermsFields } from "./license-terms-fields";
import { OwnerField } from "./owner-field";

interface GenerateLicensesDialogProps {
  /** Where the form starts. */
  environment: Environment | null;
  onStarted: (job: JobView) => void;
  onClose: () => void;
}

/** Issues many licences alike, as a job. */
export function GenerateLicensesDialog({ environment, onStarted, onClose }: GenerateLicensesDialogProps) {
  const start = trpc.jobs.start.useMutation();
  const form = useZodForm({
    defaultValues: newLicenseValues(environment, "none"),
    schema: generateLicensesSchema,
    toInput: (values) => toGenerateInput(values, new Date()),
    within: "input",
    async send({ environment, ...input }) {
      onStarted(await start.mutateAsync({ type: "licenses.generate", environment, input }));
      onClose();
    },
  });
  return (
    <FormDialog
      title="Generate licences"
      description="Many at once, alike but for their keys. A job makes them; its result lists the keys as CSV."
      form={form}
      submitLabel="Generate"
      onClose={onClose}
    >
      <IdentityFields form={form} />
      <DigitsField
        control={form.control}
        name="count"
        label="How many"
        hint={`1 to ${MAX_JOB_ROWS.toLocaleString("en")}.`}
        noNumber="Must be a whole number in digits"
      />
      <OwnerField form={form} choices={["none", "existing"]} />
      <LicenseTermsFields control={form.control} />
    </FormDialog>
  );
}
