"use client";

import { useRef, useState } from "react";
import { EnvironmentSelect } from "@/components/environment-select";
import { Field } from "@/components/field";
import { FormDialog } from "@/components/form-dialog";
import { useSession } from "@/components/session-context";
import { Input } from "@/components/ui/input";
import { useToast } from "@/components/ui/toast";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { failureBesideFields, fieldError } from "@/lib/errors";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { trpc } from "@/trpc/client";
import { useRefreshCustomers } from "./use-refresh-customers";

interface CreateCustomerDialogProps {
  /** The one the list shows; the form starts with it. */
  environment: Environment | null;
  onClose: () => void;
}

/** Makes a customer. */
export function CreateCustomerDialog({ environment: shown, onClose }: CreateCustomerDialogProps) {
  const { apiEnvironment } = useSession().deployment;
  const [environment, setEnvironment] = useState<Environment>(shown ?? apiEnvironment);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const formRef = useRef<HTMLFormElement>(null);
  const refresh = useRefreshCustomers();
  const { toast } = useToast();
  const create = trpc.customers.create.useMutation({
    onSuccess: (customer) => {
      refresh();
      toast({ text: `Created ${customer.email}.` });
      onClose();
    },
    onError: () => focusFirstInvalid(formRef.current),
  });
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
      onSubmit={() => create.mutate({ environment, email, name: name.trim() || null })}
      onClose={onClose}
    >
      <Field label="Environment" error={fieldError(create.error, "environment")}>
        <EnvironmentSelect details={ENVIRONMENT_DETAILS} value={environment} onValueChange={setEnvironment} />
      </Field>
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
