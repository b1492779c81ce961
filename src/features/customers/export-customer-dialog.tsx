"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import type { CustomerView } from "@/contracts/customers";
import { saveFile } from "@/lib/save-file";
import { trpc } from "@/trpc/client";

interface ExportCustomerDialogProps {
  customer: CustomerView;
  onClose: () => void;
}

/** Downloads everything held about a customer, after saying what that is and that it is on record. */
export function ExportCustomerDialog({ customer, onClose }: ExportCustomerDialogProps) {
  const utils = trpc.useUtils();
  const make = trpc.customers.export.useMutation({
    onSuccess: (document) => {
      saveFile(`${customer.id}.json`, "application/json", `${JSON.stringify(document, null, 2)}\n`);
      void utils.audit.invalidate();
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title="Export this customer"
      description={customer.email}
      tone="primary"
      confirmLabel="Download"
      onConfirm={() => make.mutate({ id: customer.id })}
      onClose={onClose}
      pending={make.isPending}
      error={make.error}
    >
      <p>
        A JSON file with the record and its metadata, the licences with masked keys, their activations, the
        API keys restricted to the customer, and how many telemetry events are kept.
      </p>
      <p>The audit notes who exported it and when.</p>
    </ConfirmDialog>
  );
}
