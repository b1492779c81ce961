"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import type { CustomerView } from "@/contracts/customers";
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

/** Hands the browser a text to save as a file. */
function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes by then.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
