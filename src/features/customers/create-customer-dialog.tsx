"use client";

import { useRef, useState } from "react";
import { EnvironmentField } from "@/components/environment-field";
import { Field } from "@/components/field";
import { FormDialog } from "@/components/form-dialog";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import type { Environment } from "@/contracts/environments";
import { failureBesideFields, fieldError } from "@/lib/errors";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { useEnvironmentChoice } from "@/lib/use-environment-choice";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";

interface CreateCustomerDialogProps {
  /** The one the list shows, which the form starts with; null where it shows all. */
  environment: Environment | null;
  onClose: () => void;
}

/** Makes a customer. */
export function CreateCustomerDialog({ environment: shown, onClose }: CreateCustomerDialogProps) {
  const environment = useEnvironmentChoice(shown);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const formRef = useRef<HTMLFormElement>(null);
  const refresh = useRefresh("customers");
  const create = trpc.customers.create.useMutation({
    onSuccess: (customer) => {
      refresh();
      toast({ text: `Created ${customer.email}.` });
      onClose();
    },
    onError: () => focusFirstInvalid(formRef.current),
  });
  const submit = () => {
    const chosen = environment.demand();
    if (chosen) create.mutate({ environment: chosen, email, name: name.trim() || null });
    else focusFirstInvalid(formRef.current);
  };
  return (
    <FormDialog
      title="Create customer"
      description="Environment and e-mail cannot be changed later."
      size="sm"
      formRef={formRef}
      dirty={email + name !== ""}
      pending={create.isPending}
      error={failureBesideFields(create.error)}
      submitLabel="Create customer"
      onSubmit={submit}
      onClose={onClose}
    >
      <EnvironmentField choice={environment} error={fieldError(create.error, "environment")} />
      <Field label="Email" error={fieldError(create.error, "email")}>
        <Input
          type="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          autoComplete="off"
        />
      </Field>
      <Field label="Name" optional error={fieldError(create.error, "name")}>
        <Input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
      </Field>
    </FormDialog>
  );
}
