"use client";

import { useState } from "react";
import { FormDialog } from "@/components/form-dialog";
import { MetadataField } from "@/components/metadata-field";
import { toast } from "@/components/ui/toast";
import type { LicenseView } from "@/contracts/licenses";
import { editLicenseSchema } from "@/contracts/schemas/licenses";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { changesOf, valuesOfLicense } from "./license-form-values";
import { LicenseTermsFields } from "./license-terms-fields";
import { OwnerField } from "./owner-field";

interface EditLicenseDialogProps {
  /** The licence as it was when editing began; later answers of the server do not overwrite what is being typed. */
  license: LicenseView;
  onClose: () => void;
}

/** The form for an existing licence. Sends only what was changed. */
export function EditLicenseDialog({ license, onClose }: EditLicenseDialogProps) {
  const [initial] = useState(() => valuesOfLicense(license));
  const update = trpc.licenses.update.useMutation();
  const refresh = useRefresh("licenses");
  const form = useZodForm({
    defaultValues: initial,
    schema: editLicenseSchema,
    toInput: (values) => changesOf(initial, values, new Date()),
    async send(changes) {
      if (Object.keys(changes).length === 0) return onClose();
      await update.mutateAsync({ id: license.id, ...changes });
      refresh();
      toast({ text: "Saved. It applies from the next call on." });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Edit licence"
      description={`${license.product}. Its activations stay, whoever it belongs to.`}
      form={form}
      submitLabel="Save changes"
      onClose={onClose}
    >
      <OwnerField form={form} choices={["existing", "none"]} />
      <LicenseTermsFields control={form.control} />
      <MetadataField
        control={form.control}
        name="metadata"
        optional
        rows={4}
        hint="A JSON object of up to 50 pairs. Values are text, numbers, true, false or null."
      />
    </FormDialog>
  );
}
