"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EmptyState } from "@/components/empty-state";
import { onDemand } from "@/components/on-demand";
import { PagedTable } from "@/components/paged-table";
import { useMay } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import type { ActivationFilter } from "@/contracts/activations";
import type { Id } from "@/contracts/ids";
import type { Activation } from "@/contracts/schemas/activations";
import { useListState } from "@/lib/use-list-state";
import { trpc } from "@/trpc/client";
import { ActivationStatus, IdentifierCell } from "../license-cells";
import { activationList } from "../license-list-state";

const EndActivationDialog = onDemand(() =>
  import("../license-actions").then((module) => module.EndActivationDialog),
);

const FILTERS: { value: ActivationFilter; label: string }[] = [
  { value: "all", label: "Active and ended" },
  { value: "active", label: "Active" },
  { value: "deactivated", label: "Ended" },
];

const COLUMNS: readonly DataTableColumn<Activation>[] = [
  {
    id: "identifier",
    header: "Device or installation",
    grow: true,
    cell: (activation) => <IdentifierCell value={activation} />,
  },
  {
    id: "status",
    header: "Status",
    cell: (activation) => <ActivationStatus value={activation} />,
  },
  {
    id: "createdAt",
    header: "Activated",
    from: 480,
    cell: ({ createdAt }) => <Timestamp value={createdAt} />,
  },
  {
    id: "deactivatedAt",
    header: "Ended",
    from: 560,
    cell: ({ deactivatedAt }) =>
      deactivatedAt ? <Timestamp value={deactivatedAt} /> : <span className="text-ink-3">No</span>,
  },
];

const endColumn = (onEnd: (activation: Activation) => void): DataTableColumn<Activation> => ({
  id: "end",
  header: <span className="sr-only">Actions</span>,
  className: "text-right",
  cell: (activation) =>
    activation.deactivatedAt === null && (
      <Button
        size="sm"
        variant="ghost"
        aria-label={`End the activation on ${activation.identifier}`}
        onClick={() => onEnd(activation)}
      >
        End
      </Button>
    ),
});

/** Where the licence is active, and where it was. */
export function LicenseActivations({ id }: { id: Id<"lic"> }) {
  const list = useListState(activationList);
  const { state, change } = list;
  const page = trpc.licenses.activations.useQuery({ id, ...state }, { placeholderData: keepPreviousData });
  const [ending, setEnding] = useState<Activation | null>(null);
  const mayEnd = useMay("licenses:manage");
  return (
    <section aria-labelledby="activations-title" className="min-w-0">
      <div className="mb-2 flex min-h-7 flex-wrap items-center justify-between gap-2">
        <h2 id="activations-title" className="font-medium">
          Activations
        </h2>
        <Select
          size="sm"
          aria-label="Which activations"
          value={state.status}
          onValueChange={(status) => change({ status })}
          options={FILTERS}
          className="w-44"
        />
      </div>
      <PagedTable
        label="Activations"
        columns={mayEnd ? [...COLUMNS, endColumn(setEnding)] : COLUMNS}
        list={list}
        page={page}
        noun="activation"
        rowKey={(activation) => activation.id}
        empty={
          <EmptyState
            icon={MonitorSmartphone}
            title="Never activated"
            text="An app activates it with the licence key and a name for its device, through the API."
          />
        }
        noMatch={
          <EmptyState
            icon={MonitorSmartphone}
            title={state.status === "active" ? "Active nowhere" : "Nothing to show"}
            text="There may be others among all of its activations."
            action={<Button onClick={list.clear}>Show all</Button>}
          />
        }
      />
      {ending && <EndActivationDialog value={ending} onClose={() => setEnding(null)} />}
    </section>
  );
}
