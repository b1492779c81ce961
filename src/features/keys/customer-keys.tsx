"use client";

import { KeyRound } from "lucide-react";
import { DataTable } from "@/components/data-table";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EmptyState } from "@/components/empty-state";
import { ListSection } from "@/components/list-section";
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
    <ListSection
      title="Keys scoped to this customer"
      page={keys}
      all={
        keys.data?.nextCursor
          ? { href: `/api-keys?customerId=${customer}&env=all`, label: "All of them" }
          : null
      }
    >
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
    </ListSection>
  );
}
