"use client";

import { useRouter } from "next/navigation";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { toast } from "@/components/ui/toast";
import type { CustomerView } from "@/contracts/customers";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { KeyView } from "@/contracts/keys";
import { trpc } from "@/trpc/client";

interface DeleteCustomerDialogProps {
  customer: CustomerView;
  onClose: () => void;
}

/** Deletes a customer, after saying what goes with it. */
export function DeleteCustomerDialog({ customer, onClose }: DeleteCustomerDialogProps) {
  const router = useRouter();
  const utils = trpc.useUtils();
  const remove = trpc.customers.delete.useMutation({
    onSuccess: () => {
      toast({ text: `Deleted ${customer.email}.` });
      onClose();
      router.push("/customers");
      // Not `customers.get`: this page would ask for what is gone before the next one is there.
      void utils.customers.list.invalidate();
      void utils.keys.invalidate();
      void utils.licenses.invalidate();
      void utils.audit.invalidate();
      void utils.overview.invalidate();
    },
  });
  const keys = trpc.keys.list.useQuery({ customerId: customer.id, limit: 10 });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${customer.email}?`}
      confirmLabel="Delete"
      typedName={customer.email}
      onConfirm={() => remove.mutate({ id: customer.id })}
      pending={remove.isPending}
      error={remove.error}
    >
      <p>
        This removes the customer and its metadata from {ENVIRONMENT_DETAILS[customer.environment].label}, and
        cannot be undone. Licences stay, without an owner.
      </p>
      {keys.error && (
        <ErrorNotice
          error={keys.error}
          message="Which keys are restricted to this customer could not be read."
          onRetry={() => void keys.refetch()}
        />
      )}
      <ScopeLoss keys={keys.data?.data ?? []} more={Boolean(keys.data?.nextCursor)} />
    </ConfirmDialog>
  );
}

function scopeLossText(keys: number, more: boolean): string {
  if (more) return `More than ${keys} keys lose it from their scope.`;
  return keys === 1 ? "One key loses it from its scope." : `${keys} keys lose it from their scope.`;
}

/** What deleting does to the keys that are restricted to the customer: they lose it, and never become unrestricted. */
function ScopeLoss({ keys, more }: { keys: readonly KeyView[]; more: boolean }) {
  if (keys.length === 0) return null;
  const left = keys.filter((key) => key.customers?.length === 1);
  return (
    <>
      <p>{scopeLossText(keys.length, more)}</p>
      {left.length > 0 && (
        <p>
          With no other customer left, {left.length === 1 ? "this one" : "these"} can then do nothing:{" "}
          <span className="text-ink">{left.map(({ name }) => name).join(", ")}</span>.
        </p>
      )}
    </>
  );
}
