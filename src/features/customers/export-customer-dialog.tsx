"use client";

import { Download } from "lucide-react";
import { ErrorNotice } from "@/components/error-notice";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
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
    <Dialog open onOpenChange={(open) => !open && !make.isPending && onClose()}>
      <DialogContent title="Export this customer" description={customer.email} size="sm">
        <div className="mt-4 space-y-3 text-ink-2">
          <p>
            A JSON file with the record and its metadata, the licences with masked keys, their activations,
            the API keys restricted to the customer, and how many telemetry events are kept.
          </p>
          <p>The audit notes who exported it and when.</p>
          {make.error && <ErrorNotice error={make.error} />}
        </div>
        <DialogFooter>
          <Button onClick={onClose} aria-disabled={make.isPending}>
            Cancel
          </Button>
          <Button variant="primary" pending={make.isPending} onClick={() => make.mutate({ id: customer.id })}>
            <Download aria-hidden />
            Download
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
