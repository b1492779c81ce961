"use client";

import { useState } from "react";
import { Field } from "@/components/field";
import { FormDialog } from "@/components/form-dialog";
import { Textarea } from "@/components/ui/textarea";
import { toast } from "@/components/ui/toast";
import type { LicenseView } from "@/contracts/licenses";
import { describeError, failureBesideFields } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { changesOf, updateIssues, valuesOfLicense } from "./license-form-values";
import { LicenseTermsFields } from "./license-terms-fields";
import { OwnerField } from "./owner-field";
import { useLicenseForm } from "./use-license-form";

interface EditLicenseDialogProps {
  /** The licence as it was when editing began; later answers of the server do not overwrite what is being typed. */
  license: LicenseView;
  onClose: () => void;
}

/** The form for an existing licence. Sends only what was changed. */
export function EditLicenseDialog({ license, onClose }: EditLicenseDialogProps) {
  const [initial] = useState(() => valuesOfLicense(license));
  const form = useLicenseForm(() => initial);
  const update = trpc.licenses.update.useMutation();
  const refresh = useRefresh("licenses");
  const submit = async () => {
    update.reset();
    const now = new Date();
    const issues = updateIssues(initial, form.values, now);
    form.refuse(issues);
    if (issues.length > 0) return;
    const changes = changesOf(initial, form.values, now);
    if (Object.keys(changes).length === 0) return onClose();
    try {
      await update.mutateAsync({ id: license.id, ...changes });
      refresh();
      toast({ text: "Saved. It applies from the next call on." });
      onClose();
    } catch (error) {
      form.refuse(describeError(error).fields);
    }
  };
  return (
    <FormDialog
      title="Edit licence"
      description={`${license.product}. Its activations stay, whoever it belongs to.`}
      formRef={form.formRef}
      dirty={form.dirty}
      pending={update.isPending}
      error={failureBesideFields(update.error)}
      submitLabel="Save changes"
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <OwnerField form={form} choices={["existing", "none"]} />
      <LicenseTermsFields form={form} />
      <Field
        label="Metadata"
        optional
        error={form.errorAt("metadata")}
        hint="A JSON object of up to 50 pairs. Values are text, numbers, true, false or null."
      >
        <Textarea
          mono
          rows={4}
          value={form.values.metadata}
          onChange={(event) => form.change({ metadata: event.target.value })}
          spellCheck={false}
        />
      </Field>
    </FormDialog>
  );
}
