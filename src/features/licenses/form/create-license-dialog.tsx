"use client";

import { useFormState } from "react-hook-form";
import { FormDialog } from "@/components/form-dialog";
import { TextField } from "@/components/form-fields";
import { toast } from "@/components/ui/toast";
import type { Environment } from "@/contracts/environments";
import { createLicenseInEnvironmentSchema } from "@/contracts/schemas/licenses";
import { useZodForm, type ZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { IdentityFields } from "./identity-fields";
import { type LicenseFormValues, newLicenseValues, toCreateInput } from "./license-form-values";
import { LicenseTermsFields } from "./license-terms-fields";
import { OwnerField } from "./owner-field";

interface CreateLicenseDialogProps {
  /** Where the form starts. */
  environment: Environment | null;
  onClose: () => void;
}

/** Issues a licence, or imports one that has a key already. */
export function CreateLicenseDialog({ environment, onClose }: CreateLicenseDialogProps) {
  const create = trpc.licenses.create.useMutation();
  const refresh = useRefresh("licenses");
  const form = useZodForm({
    defaultValues: newLicenseValues(environment, "existing"),
    schema: createLicenseInEnvironmentSchema,
    toInput: (values) => toCreateInput(values, new Date()),
    async send(input) {
      const created = await create.mutateAsync(input);
      refresh();
      toast({ text: `Created ${created.key} for ${created.product}.` });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Create licence"
      description="Environment, product and licence key cannot be changed later."
      form={form}
      submitLabel="Create licence"
      onClose={onClose}
    >
      <IdentityFields form={form} />
      <OwnerField form={form} choices={["existing", "new", "none"]} />
      <LicenseTermsFields control={form.control} />
      <ExistingKeyField form={form} />
    </FormDialog>
  );
}

/** For licences that were sold before Keyward. Folded away, as most get a key of ours. */
function ExistingKeyField({ form: { control } }: { form: ZodForm<LicenseFormValues> }) {
  const { errors } = useFormState({ control, name: "key" });
  return (
    <details open={errors.key ? true : undefined} className="text-sm">
      <summary className="w-fit rounded-xs text-ink-2 hover:text-ink">Import an existing licence key</summary>
      <TextField
        control={control}
        name="key"
        label="Licence key"
        optional
        hint="Matched exactly, capitals too. Empty: a new one is made."
        className="mt-3"
        mono
        spellCheck={false}
      />
    </details>
  );
}
