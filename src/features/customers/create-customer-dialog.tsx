"use client";

import { FormDialog } from "@/components/form-dialog";
import { EnvironmentField, TextField } from "@/components/form-fields";
import { toast } from "@/components/ui/toast";
import type { Environment } from "@/contracts/environments";
import { createCustomerInEnvironmentSchema } from "@/contracts/schemas/customers";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

interface CreateCustomerDialogProps {
  /** The one the list shows, which the form starts with; null where it shows all. */
  environment: Environment | null;
  onClose: () => void;
}

/** Makes a customer. */
export function CreateCustomerDialog({ environment, onClose }: CreateCustomerDialogProps) {
  const create = trpc.customers.create.useMutation();
  const refresh = useRefresh("customers");
  const form = useZodForm({
    defaultValues: { environment, email: "", name: "" },
    schema: createCustomerInEnvironmentSchema,
    toInput: ({ name, ...values }) => ({ ...values, name: name.trim() || null }),
    async send(input) {
      const customer = await create.mutateAsync(input);
      refresh();
      toast({ text: `Created ${customer.email}.` });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Create customer"
      description="Environment and e-mail cannot be changed later."
      size="sm"
      form={form}
      submitLabel="Create customer"
      onClose={onClose}
    >
      <EnvironmentField control={form.control} name="environment" />
      <TextField control={form.control} name="email" label="Email" type="email" />
      <TextField control={form.control} name="name" label="Name" optional />
    </FormDialog>
  );
}
