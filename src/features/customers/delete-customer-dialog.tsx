"use client";

import { useRouter } from "next/navigation";
import { DeleteDialog } from "@/components/delete-dialog";
import { ErrorNotice } from "@/components/error-notice";
import type { CustomerView } from "@/contracts/customers";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { KeyView } from "@/contracts/keys";
import { trpc } from "@/trpc/client";
import { useRefreshWithout } from "@/trpc/use-refresh";

interface DeleteCustomerDialogProps {
  customer: CustomerView;
  onClose: () => void;
}

/** Deletes a customer, after saying what goes with it. */
export function DeleteCustomerDialog({ customer, onClose }: DeleteCustomerDialogProps) {
  const router = useRouter();
  const refreshWithout = useRefreshWithout("customers");
  const mutation = trpc.customers.delete.useMutation({ onSuccess: (_, { id }) => refreshWithout(id) });
  const keys = trpc.keys.list.useQuery({ customerId: customer.id, limit: 10 });
  return (
    <DeleteDialog
      title={`Delete ${customer.email}?`}
      typedName={customer.email}
      mutation={mutation}
      input={{ id: customer.id }}
      done={`Deleted ${customer.email}.`}
      onDeleted={() => router.push("/customers")}
      onClose={onClose}
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
    </DeleteDialog>
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
