"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { DataTable, type DataTableColumn } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { Timestamp } from "@/components/timestamp";
import type { CustomerActivation } from "@/contracts/activations";
import type { Id } from "@/contracts/ids";
import type { PAGE_SIZES } from "@/contracts/lists";
import { trpc } from "@/trpc/client";
import { ActivationStatus, IdentifierCell } from "./activation-cells";

const COLUMNS: readonly DataTableColumn<CustomerActivation>[] = [
  {
    id: "identifier",
    header: "Device or installation",
    cell: (activation) => <IdentifierCell value={activation} />,
  },
  {
    id: "license",
    header: "Licence",
    cell: ({ licenseId, licenseKey, product }) => (
      <span className="flex items-baseline gap-2">
        <Link
          href={`/licenses/${licenseId}`}
          className="mono py-0.5 text-ink-2 hover:text-ink hover:underline"
        >
          {licenseKey}
        </Link>
        <span className="block max-w-36 truncate text-ink-3 max-sm:hidden" title={product}>
          {product}
        </span>
      </span>
    ),
  },
  { id: "status", header: "Status", cell: (activation) => <ActivationStatus value={activation} /> },
  { id: "createdAt", header: "Activated", cell: ({ createdAt }) => <Timestamp value={createdAt} /> },
];

/** Where the licences of one customer are and were active, for the customer's page. */
export function CustomerActivations({ customer }: { customer: Id<"cus"> }) {
  const [cursor, setCursor] = useState<string | null>(null);
  const [pageSize, setPageSize] = useState<(typeof PAGE_SIZES)[number]>(10);
  const list = trpc.licenses.customerActivations.useQuery(
    { customerId: customer, pageSize, cursor },
    { placeholderData: keepPreviousData },
  );
  return (
    <section aria-labelledby="customer-activations" className="min-w-0">
      <h2 id="customer-activations" className="mb-2 font-medium">
        Activations
      </h2>
      {list.error ? (
        <ErrorNotice error={list.error} onRetry={() => list.refetch()} />
      ) : (
        <DataTable
          label="Activations of this customer's licences"
          columns={COLUMNS}
          rows={list.data?.data ?? []}
          rowKey={({ id }) => id}
          loading={list.isPending}
          stale={list.isPlaceholderData}
          empty={
            <EmptyState
              icon={MonitorSmartphone}
              title="Never activated"
              text="Devices on which this customer's licences are activated stand here."
            />
          }
          paging={{
            pageSize,
            onPageSizeChange: (size) => {
              setPageSize(size);
              setCursor(null);
            },
            previousCursor: list.data?.previousCursor ?? null,
            nextCursor: list.data?.nextCursor ?? null,
            onCursorChange: setCursor,
          }}
        />
      )}
    </section>
  );
}
