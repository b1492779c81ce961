"use client";

import { useRef, useState } from "react";
import { Field } from "@/components/field";
import { FormDialog } from "@/components/form-dialog";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { toast } from "@/components/ui/toast";
import type { CustomerView } from "@/contracts/customers";
import { readMetadata } from "@/contracts/metadata";
import { failureBesideFields, fieldError } from "@/lib/errors";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

interface EditCustomerDialogProps {
  /** The customer as it was when editing began; later answers of the server do not overwrite what is being typed. */
  customer: CustomerView;
  onClose: () => void;
}

/** Changes a customer's name and metadata. */
export function EditCustomerDialog({ customer, onClose }: EditCustomerDialogProps) {
  const [initial] = useState(() => ({
    name: customer.name ?? "",
    metadata: JSON.stringify(customer.metadata, null, 2),
  }));
  const [values, setValues] = useState(initial);
  const [metadataProblem, setMetadataProblem] = useState<string | null>(null);
  const formRef = useRef<HTMLFormElement>(null);
  const refresh = useRefresh("customers");
  const update = trpc.customers.update.useMutation({
    onSuccess: () => {
      refresh();
      toast({ text: "Saved." });
      onClose();
    },
    onError: () => focusFirstInvalid(formRef.current),
  });
  const submit = () => {
    const metadata = readMetadata(values.metadata);
    if (typeof metadata === "string") {
      setMetadataProblem(metadata);
      focusFirstInvalid(formRef.current);
      return;
    }
    setMetadataProblem(null);
    update.mutate({ id: customer.id, name: values.name.trim() || null, metadata });
  };
  return (
    <FormDialog
      title="Edit customer"
      description={`${customer.email}. Environment and e-mail stay as they are.`}
      formRef={formRef}
      dirty={values.name !== initial.name || values.metadata !== initial.metadata}
      pending={update.isPending}
      error={failureBesideFields(update.error)}
      submitLabel="Save"
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="Name" optional error={fieldError(update.error, "name")}>
        <Input
          value={values.name}
          onChange={(event) => setValues({ ...values, name: event.target.value })}
          autoComplete="off"
        />
      </Field>
      <Field
        label="Metadata"
        hint="A JSON object of any shape, up to 10 KB and 8 levels deep."
        error={metadataProblem ?? fieldError(update.error, "metadata")}
      >
        <Textarea
          mono
          rows={8}
          value={values.metadata}
          onChange={(event) => setValues({ ...values, metadata: event.target.value })}
          spellCheck={false}
        />
      </Field>
    </FormDialog>
  );
}
