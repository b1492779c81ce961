"use client";

import { Download } from "lucide-react";
import { ErrorNotice } from "@/components/error-notice";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent, DialogFooter } from "@/components/ui/dialog";
import type { CustomerView } from "@/contracts/customers";
import { saveFile } from "@/lib/save-file";
import { trpc } from "@/trpc/client";

interface ExportCustomerProps {
  customer: CustomerView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Downloads everything held about a customer, after saying what that is and that it is on record. */
export function ExportCustomer({ customer, open, onOpenChange }: ExportCustomerProps) {
  const utils = trpc.useUtils();
  const make = trpc.customers.export.useMutation({
    onSuccess: (document) => {
      saveFile(`${customer.id}.json`, "application/json", `${JSON.stringify(document, null, 2)}\n`);
      void utils.audit.invalidate();
      onOpenChange(false);
    },
  });
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        make.reset();
        onOpenChange(next);
      }}
    >
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
          <DialogClose asChild>
            <Button>Cancel</Button>
          </DialogClose>
          <Button variant="primary" pending={make.isPending} onClick={() => make.mutate({ id: customer.id })}>
            <Download aria-hidden />
            Download
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
