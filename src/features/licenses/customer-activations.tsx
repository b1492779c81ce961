"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EmptyState } from "@/components/empty-state";
import { PagedTable } from "@/components/paged-table";
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
    grow: true,
    cell: (activation) => <IdentifierCell value={activation} />,
  },
  {
    id: "license",
    header: "Licence",
    from: 400,
    cell: ({ licenseId, licenseKey, product }) => (
      <span className="flex items-baseline gap-2">
        <Link
          href={`/licenses/${licenseId}`}
          className="mono py-0.5 text-ink-2 hover:text-ink hover:underline"
        >
          {licenseKey}
        </Link>
        <span className="hidden max-w-36 truncate text-ink-3 @min-[720px]/table:block" title={product}>
          {product}
        </span>
      </span>
    ),
  },
  {
    id: "createdAt",
    header: "Activated",
    from: 560,
    cell: ({ createdAt }) => <Timestamp value={createdAt} />,
  },
  { id: "status", header: "Status", cell: (activation) => <ActivationStatus value={activation} /> },
];

interface Query {
  pageSize: (typeof PAGE_SIZES)[number];
  cursor: string | null;
}

/** Where the licences of one customer are and were active, for the customer's page. */
export function CustomerActivations({ customer }: { customer: Id<"cus"> }) {
  const [query, setQuery] = useState<Query>({ pageSize: 10, cursor: null });
  const list = trpc.licenses.customerActivations.useQuery(
    { customerId: customer, ...query },
    { placeholderData: keepPreviousData },
  );
  return (
    <section aria-labelledby="customer-activations" className="min-w-0">
      <h2 id="customer-activations" className="mb-2 font-medium">
        Activations
      </h2>
      <PagedTable
        label="Activations of this customer's licences"
        columns={COLUMNS}
        list={list}
        query={query}
        // Another page size starts at the first page again.
        onChange={(patch) => setQuery((before) => ({ ...before, cursor: null, ...patch }))}
        nouns="activations"
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon={MonitorSmartphone}
            title="Never activated"
            text="Devices on which this customer's licences are activated stand here."
          />
        }
      />
    </section>
  );
}
