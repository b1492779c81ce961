"use client";

import { type FormEvent, useRef, useState } from "react";
import { EnvironmentSelect } from "@/components/environment-select";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { useToast } from "@/components/ui/toast";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { describeError, fieldError } from "@/lib/errors";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { trpc } from "@/trpc/client";
import { useRefreshCustomers } from "./use-refresh-customers";

interface CreateCustomerDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The one the list shows; the form starts with it. */
  environment: Environment | null;
}

/** Makes a customer. */
export function CreateCustomerDialog({ open, onOpenChange, environment }: CreateCustomerDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="Create customer"
        description="Environment and e-mail cannot be changed later."
        size="sm"
      >
        <CreateCustomerForm environment={environment} onDone={() => onOpenChange(false)} />
      </DialogContent>
    </Dialog>
  );
}

function CreateCustomerForm({
  environment: shown,
  onDone,
}: {
  environment: Environment | null;
  onDone: () => void;
}) {
  const { apiEnvironment } = useSession().deployment;
  const [environment, setEnvironment] = useState<Environment>(shown ?? apiEnvironment);
  const formRef = useRef<HTMLFormElement>(null);
  const refresh = useRefreshCustomers();
  const { toast } = useToast();
  const create = trpc.customers.create.useMutation({
    onSuccess: (customer) => {
      refresh();
      toast({ text: `Created ${customer.email}.` });
      onDone();
    },
    onError: () => focusFirstInvalid(formRef.current),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const name = String(fields.get("name")).trim();
    create.mutate({ environment, email: String(fields.get("email")), name: name === "" ? null : name });
  };
  const problem = create.error ? describeError(create.error) : null;
  return (
    <form ref={formRef} noValidate onSubmit={submit} className="mt-4 space-y-4">
      <Field label="Environment" error={fieldError(create.error, "environment")}>
        <EnvironmentSelect details={ENVIRONMENT_DETAILS} value={environment} onValueChange={setEnvironment} />
      </Field>
      <Field label="Email" error={fieldError(create.error, "email")}>
        <Input name="email" type="email" autoComplete="off" required />
      </Field>
      <Field label="Name" optional error={fieldError(create.error, "name")}>
        <Input name="name" autoComplete="off" />
      </Field>
      {problem && problem.fields.length === 0 && <ErrorNotice error={create.error} />}
      <DialogFooter>
        <DialogClose asChild>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="primary" pending={create.isPending}>
          Create customer
        </Button>
      </DialogFooter>
    </form>
  );
}
