"use client";

import { EnvironmentField } from "@/components/environment-field";
import { ErrorNotice } from "@/components/error-notice";
import { KeyValue } from "@/components/key-value";
import { Note } from "@/components/note";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import type { JobView } from "@/contracts/jobs";
import { useEnvironmentChoice } from "@/lib/use-environment-choice";
import { trpc } from "@/trpc/client";
import type { LicenseListState } from "../license-list-state";
import { licenseStatusLabel } from "../license-status";

interface ExportLicensesProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Its filters are the export's, and its environment is the one to start with: an export is of one, also where the list shows all. */
  list: LicenseListState;
  onStarted: (job: JobView) => void;
}

/** Writes what the list's filters find to a file, as a job. */
export function ExportLicenses({ open, onOpenChange, ...rest }: ExportLicensesProps) {
  return open && <ExportLicensesDialog {...rest} onClose={() => onOpenChange(false)} />;
}

type ExportLicensesDialogProps = Omit<ExportLicensesProps, "open" | "onOpenChange"> & { onClose: () => void };

function ExportLicensesDialog({ list, onStarted, onClose }: ExportLicensesDialogProps) {
  const choice = useEnvironmentChoice(list.environment);
  const start = trpc.jobs.start.useMutation({
    onSuccess: (job) => {
      onStarted(job);
      onClose();
    },
  });
  const confirm = () => {
    const chosen = choice.demand();
    if (!chosen) return;
    start.mutate({ type: "licenses.export", environment: chosen, input: { filter: filterOf(list.state) } });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && !start.isPending && onClose()}>
      <DialogContent
        title="Export licences"
        description="A job writes them to a CSV file, which is kept for 7 days."
        size="sm"
      >
        <div className="mt-4 space-y-4">
          <EnvironmentField choice={choice} />
          {list.isFiltered ? (
            <div>
              <p className="mb-1.5 font-medium text-sm">What the list is narrowed to</p>
              <FilterSummary filters={list.state} />
            </div>
          ) : (
            <p className="text-ink-2 text-sm">Every licence of the environment: the list has no filters.</p>
          )}
          <Note tone="warn">The file holds licence keys in full. Whoever has it can use them.</Note>
          {start.error && <ErrorNotice error={start.error} />}
        </div>
        <DialogFooter>
          <Button onClick={onClose} aria-disabled={start.isPending}>
            Cancel
          </Button>
          <Button variant="primary" pending={start.isPending} onClick={confirm}>
            Export
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}

/** The list's filters as the job takes them: what is not set is absent. */
function filterOf({ search, statuses, product, customerId }: LicenseListState["state"]) {
  return {
    ...(search !== "" && { search }),
    ...(statuses.length > 0 && { status: statuses }),
    ...(product !== null && { product }),
    ...(customerId !== null && { customerId }),
  };
}

function FilterSummary({ filters }: { filters: LicenseListState["state"] }) {
  const { search, statuses, product, customerId } = filters;
  const items = [
    { label: "Search", value: search },
    { label: "Status", value: statuses.map(licenseStatusLabel).join(", ") },
    { label: "Product", value: product },
    { label: "Customer", value: customerId && <span className="mono">{customerId}</span> },
  ];
  return <KeyValue items={items.filter(({ value }) => value)} className="text-sm" />;
}
