"use client";

import { Download } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { EnvironmentField } from "@/components/environment-field";
import { ErrorNotice } from "@/components/error-notice";
import { useMay } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent, DialogFooter } from "@/components/ui/dialog";
import type { Id } from "@/contracts/ids";
import { useEnvironmentChoice } from "@/lib/use-environment-choice";
import { trpc } from "@/trpc/client";
import { daysShown, instantsShown, type TelemetryListState } from "./telemetry-list-state";

interface ExportTelemetryProps {
  /** The page's: its days and filters are the export's. */
  list: TelemetryListState;
  today: string;
}

/** Starts a job that writes the events of the days shown to a file. Absent for those who may not start jobs. */
export function ExportTelemetry(props: ExportTelemetryProps) {
  const [open, setOpen] = useState(false);
  if (!useMay("jobs:write")) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Download aria-hidden />
        Export
      </Button>
      {open && <ExportDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function ExportDialog({ list, today, onClose }: ExportTelemetryProps & { onClose: () => void }) {
  const { state } = list;
  const choice = useEnvironmentChoice(list.environment);
  const start = trpc.jobs.start.useMutation();
  const { type, product, flagged } = state;
  const begin = () => {
    const { from, to } = instantsShown(state, today);
    const input = {
      from,
      // Up to now, where the page is open-ended: a file has an end.
      to: to ?? new Date().toISOString(),
      ...(type !== null && { type }),
      ...(product !== null && { product }),
      ...(flagged !== null && { flagged: flagged === "yes" }),
    };
    const chosen = choice.demand();
    if (chosen) start.mutate({ type: "telemetry.export", environment: chosen, input });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && !start.isPending && onClose()}>
      <DialogContent
        title="Export telemetry"
        description="A job writes the events to a CSV file, which is kept for 7 days."
        size="sm"
      >
        {start.data ? (
          <InLine job={start.data.id} />
        ) : (
          <>
            <div className="mt-4 space-y-4">
              <EnvironmentField choice={choice} hint="An export is of one environment." />
              <p className="text-ink-2 text-sm">{whatInWords(list, today)}</p>
              {start.error && <ErrorNotice error={start.error} />}
            </div>
            <DialogFooter>
              <Button onClick={onClose} aria-disabled={start.isPending}>
                Cancel
              </Button>
              <Button variant="primary" pending={start.isPending} onClick={begin}>
                Export
              </Button>
            </DialogFooter>
          </>
        )}
      </DialogContent>
    </Dialog>
  );
}

function InLine({ job }: { job: Id<"job"> }) {
  return (
    <>
      <p role="status" className="mt-4 text-ink-2">
        The job is in line. Its page shows how far it is, and has the file once it is done.
      </p>
      <DialogFooter>
        <DialogClose asChild>
          <Button>Close</Button>
        </DialogClose>
        <Button asChild variant="primary">
          {/* What would be fetched ahead is out of date by the press. */}
          <Link href={`/jobs/${job}`} prefetch={false}>
            Open the job
          </Link>
        </Button>
      </DialogFooter>
    </>
  );
}

function whatInWords({ state, isFiltered }: TelemetryListState, today: string): string {
  const { from, to } = daysShown(state, today);
  const time = to === null ? `from ${from} until now` : from === to ? `of ${from}` : `from ${from} to ${to}`;
  const filters = isFiltered ? ", narrowed as the list is" : "";
  return `Events received ${time} (UTC days)${filters}.`;
}
