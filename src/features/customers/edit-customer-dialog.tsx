"use client";

import { FormDialog } from "@/components/form-dialog";
import { TextField } from "@/components/form-fields";
import { MetadataField } from "@/components/metadata-field";
import { toast } from "@/components/ui/toast";
import type { CustomerView } from "@/contracts/customers";
import { editCustomerSchema } from "@/contracts/schemas/customers";
import { readMetadata } from "@/contracts/schemas/metadata";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

interface EditCustomerDialogProps {
  /** The customer as it was when editing began; later answers of the server do not overwrite what is being typed. */
  customer: CustomerView;
  onClose: () => void;
}

/** Changes a customer's name and metadata. */
export function EditCustomerDialog({ customer, onClose }: EditCustomerDialogProps) {
  const update = trpc.customers.update.useMutation();
  const refresh = useRefresh("customers");
  const form = useZodForm({
    defaultValues: { name: customer.name ?? "", metadata: JSON.stringify(customer.metadata, null, 2) },
    schema: editCustomerSchema,
    toInput: ({ name, metadata }) => ({ name: name.trim() || null, metadata: readMetadata(metadata) }),
    async send(changes) {
      await update.mutateAsync({ id: customer.id, ...changes });
      refresh();
      toast({ text: "Saved." });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Edit customer"
      description={`${customer.email}. Environment and e-mail stay as they are.`}
      form={form}
      submitLabel="Save"
      onClose={onClose}
    >
      <TextField control={form.control} name="name" label="Name" optional />
      <MetadataField
        control={form.control}
        name="metadata"
        rows={8}
        hint="A JSON object of any shape, up to 10 KB and 8 levels deep."
      />
    </FormDialog>
  );
}
