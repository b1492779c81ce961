"use client";

import { KeyRound } from "lucide-react";
import Link from "next/link";
import { DataTable } from "@/components/data-table";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { Timestamp } from "@/components/timestamp";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { trpc } from "@/trpc/client";
import { KeyStatusBadge } from "./key-status";
import { customerKeysInput } from "./list/key-list-state";

const COLUMNS: readonly DataTableColumn<KeyView>[] = [
  {
    id: "name",
    header: "Name",
    link: true,
    grow: true,
    cell: ({ name }) => (
      <span className="block truncate" title={name}>
        {name}
      </span>
    ),
  },
  {
    id: "display",
    header: "Key",
    from: 560,
    cell: ({ maskedKey }) => <span className="mono text-ink-2">{maskedKey}</span>,
  },
  { id: "status", header: "Status", cell: (key) => <KeyStatusBadge value={key} /> },
  {
    id: "lastUsedAt",
    header: "Last used",
    cell: ({ lastUsedAt }) =>
      lastUsedAt ? <Timestamp value={lastUsedAt} /> : <span className="text-ink-3">Never used</span>,
  },
];

/** Keys restricted to this customer, among others perhaps. */
export function CustomerKeys({ customer }: { customer: Id<"cus"> }) {
  const keys = trpc.keys.list.useQuery(customerKeysInput(customer));
  return (
    <section aria-labelledby="scoped-keys" className="min-w-0">
      <div className="mb-2 flex items-baseline justify-between gap-2">
        <h2 id="scoped-keys" className="font-medium">
          Keys scoped to this customer
        </h2>
        {keys.data?.nextCursor && (
          <Link href={`/api-keys?customerId=${customer}&env=all`} className="text-accent hover:underline">
            All of them
          </Link>
        )}
      </div>
      {keys.error ? (
        <ErrorNotice error={keys.error} onRetry={() => keys.refetch()} />
      ) : (
        <DataTable
          label="Keys scoped to this customer"
          columns={COLUMNS}
          rows={keys.data?.data ?? []}
          rowKey={({ id }) => id}
          rowHref={({ id }) => `/api-keys/${id}`}
          loading={keys.isPending}
          empty={
            <EmptyState
              icon={KeyRound}
              title="No key is restricted to this customer"
              text="Keys without a customer scope reach every customer of their environment, this one included."
            />
          }
        />
      )}
    </section>
  );
}
