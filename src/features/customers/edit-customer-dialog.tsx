"use client";

import { type FormEvent, useRef, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { useToast } from "@/components/ui/toast";
import type { CustomerView } from "@/contracts/customers";
import { readMetadata } from "@/contracts/text";
import { describeError, fieldError } from "@/lib/errors";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { trpc } from "@/trpc/client";
import { useRefreshCustomers } from "./use-refresh-customers";

interface EditCustomerDialogProps {
  customer: CustomerView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Changes a customer's name and metadata. */
export function EditCustomerDialog({ customer, open, onOpenChange }: EditCustomerDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="Edit customer"
        description={`${customer.email}. Environment and e-mail stay as they are.`}
      >
        <EditCustomerForm customer={customer} onDone={() => onOpenChange(false)} />
      </DialogContent>
    </Dialog>
  );
}

function EditCustomerForm({ customer, onDone }: { customer: CustomerView; onDone: () => void }) {
  const [metadataProblem, setMetadataProblem] = useState<string | null>(null);
  const formRef = useRef<HTMLFormElement>(null);
  const refresh = useRefreshCustomers();
  const { toast } = useToast();
  const update = trpc.customers.update.useMutation({
    onSuccess: () => {
      refresh();
      toast({ text: "Saved." });
      onDone();
    },
    onError: () => focusFirstInvalid(formRef.current),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const metadata = readMetadata(String(fields.get("metadata")));
    if (typeof metadata === "string") {
      setMetadataProblem(metadata);
      focusFirstInvalid(formRef.current);
      return;
    }
    setMetadataProblem(null);
    const name = String(fields.get("name")).trim();
    update.mutate({ id: customer.id, name: name === "" ? null : name, metadata });
  };
  const problem = update.error ? describeError(update.error) : null;
  return (
    <form ref={formRef} noValidate onSubmit={submit} className="mt-4 space-y-4">
      <Field label="Name" optional error={fieldError(update.error, "name")}>
        <Input name="name" defaultValue={customer.name ?? ""} autoComplete="off" />
      </Field>
      <Field
        label="Metadata"
        hint="A JSON object of up to 50 pairs. Values are text, numbers, true, false or null."
        error={metadataProblem ?? fieldError(update.error, "metadata")}
      >
        <Textarea
          name="metadata"
          mono
          rows={8}
          spellCheck={false}
          defaultValue={JSON.stringify(customer.metadata, null, 2)}
        />
      </Field>
      {problem && problem.fields.length === 0 && <ErrorNotice error={update.error} />}
      <DialogFooter>
        <DialogClose asChild>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="primary" pending={update.isPending}>
          Save
        </Button>
      </DialogFooter>
    </form>
  );
}
