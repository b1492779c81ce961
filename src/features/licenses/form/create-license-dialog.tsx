"use client";

import { Field } from "@/components/field";
import { FormDialog } from "@/components/form-dialog";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import type { Environment } from "@/contracts/environments";
import { describeError, failureBesideFields } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { IdentityFields } from "./identity-fields";
import { createIssues, newLicenseValues, toCreateInput } from "./license-form-values";
import { LicenseTermsFields } from "./license-terms-fields";
import { OwnerField } from "./owner-field";
import { type LicenseForm, useLicenseForm } from "./use-license-form";

interface CreateLicenseProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Where the form starts. */
  environment: Environment | null;
}

/** Issues a licence, or imports one that has a key already. */
export function CreateLicense({ open, onOpenChange, environment }: CreateLicenseProps) {
  // Mounted with the dialog, so that each opening starts afresh.
  return open && <CreateLicenseDialog environment={environment} onClose={() => onOpenChange(false)} />;
}

function CreateLicenseDialog({
  environment,
  onClose,
}: {
  environment: Environment | null;
  onClose: () => void;
}) {
  const form = useLicenseForm(() => newLicenseValues(environment));
  const create = trpc.licenses.create.useMutation();
  const refresh = useRefresh("licenses");
  const submit = async () => {
    create.reset();
    const now = new Date();
    const issues = createIssues(form.values, now);
    form.refuse(issues);
    const { environment } = form.values;
    if (issues.length > 0 || !environment) return;
    try {
      const created = await create.mutateAsync({ ...toCreateInput(form.values, now), environment });
      refresh();
      toast({ text: `Created ${created.key} for ${created.product}.` });
      onClose();
    } catch (error) {
      form.refuse(describeError(error).fields);
    }
  };
  return (
    <FormDialog
      title="Create licence"
      description="Environment, product and licence key cannot be changed later."
      formRef={form.formRef}
      dirty={form.dirty}
      pending={create.isPending}
      error={failureBesideFields(create.error)}
      submitLabel="Create licence"
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <IdentityFields form={form} />
      <OwnerField form={form} choices={["existing", "new", "none"]} />
      <LicenseTermsFields form={form} />
      <ExistingKeyField form={form} />
    </FormDialog>
  );
}

/** For licences that were sold before Keyward. Folded away, as most get a key of ours. */
function ExistingKeyField({ form: { values, change, errorAt } }: { form: LicenseForm }) {
  const error = errorAt("key");
  return (
    <details open={error ? true : undefined} className="text-sm">
      <summary className="w-fit rounded-xs text-ink-2 hover:text-ink">Import an existing licence key</summary>
      <Field
        label="Licence key"
        optional
        error={error}
        hint="Matched exactly, capitals too. Empty: a new one is made."
        className="mt-3"
      >
        <Input
          mono
          value={values.key}
          onChange={(event) => change({ key: event.target.value })}
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
    </details>
  );
}
