"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { Plus, Users } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { NothingYet } from "@/components/list-empty";
import { ListSkeleton } from "@/components/list-skeleton";
import { onDemand } from "@/components/on-demand";
import { PageHeader } from "@/components/page-header";
import { PagedTable } from "@/components/paged-table";
import { SearchInput } from "@/components/search-input";
import { useMay } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import type { CustomerView } from "@/contracts/customers";
import { cn } from "@/lib/cn";
import { useListState } from "@/lib/use-list-state";
import { trpc } from "@/trpc/client";
import { customerList } from "./customer-list-state";

const CreateCustomerDialog = onDemand(() =>
  import("./create-customer-dialog").then((module) => module.CreateCustomerDialog),
);

interface CustomersScreenProps {
  /** What else can be done with all of them; belongs to the page. */
  actions?: ReactNode;
  /** Stands above the list. */
  banner?: ReactNode;
}

const COLUMNS: readonly DataTableColumn<CustomerView>[] = [
  { id: "email", header: "Email", link: true, grow: true, cell: ({ email }) => <Cut>{email}</Cut> },
  {
    id: "name",
    header: "Name",
    from: 560,
    cell: ({ name }) =>
      name ? <Cut className="max-w-44">{name}</Cut> : <span className="text-ink-3">No name</span>,
  },
  {
    id: "environment",
    header: "Environment",
    cell: ({ environment }) => <EnvironmentBadge value={environment} />,
  },
  {
    id: "id",
    header: "Id",
    from: 980,
    cell: ({ id }) => <span className="mono text-ink-2">{id}</span>,
  },
  { id: "createdAt", header: "Created", cell: ({ createdAt }) => <Timestamp value={createdAt} /> },
];

/** The same list on a phone: one column that says the most, and since when. */
const NARROW_COLUMNS: readonly DataTableColumn<CustomerView>[] = [
  {
    id: "email",
    header: "Customer",
    link: true,
    grow: true,
    placeholderClassName: "h-18",
    cell: ({ email, name, environment }) => (
      <span className="block min-w-0 py-2">
        <span className="block truncate font-medium">{email}</span>
        {name && <span className="block truncate text-ink-2 text-xs">{name}</span>}
        <EnvironmentBadge value={environment} className="mt-0.5 text-xs" />
      </span>
    ),
  },
  { id: "createdAt", header: "Created", cell: ({ createdAt }) => <Timestamp value={createdAt} /> },
];

const HEADING = {
  title: "Customers",
  sub: "Who holds licences of your platform. Each belongs to one environment.",
};

/** Holds the place of the list while the server draws it. */
export function CustomersSkeleton() {
  return (
    <ListSkeleton heading={HEADING} label="Customers" columns={COLUMNS} narrowColumns={NARROW_COLUMNS} />
  );
}

/** The list of customers. */
export function CustomersScreen({ actions, banner }: CustomersScreenProps) {
  const list = useListState(customerList);
  const [creating, setCreating] = useState(false);
  const mayCreate = useMay("customers:write");
  const page = trpc.customers.list.useQuery(list.input, { placeholderData: keepPreviousData });
  const create = () => setCreating(true);
  return (
    <>
      <PageHeader
        {...HEADING}
        actions={
          <>
            {actions}
            {mayCreate && (
              <Button variant="primary" onClick={create}>
                <Plus aria-hidden />
                Create customer
              </Button>
            )}
          </>
        }
      />
      {banner}
      <PagedTable
        label="Customers"
        columns={COLUMNS}
        narrowColumns={NARROW_COLUMNS}
        list={list}
        page={page}
        noun="customer"
        filters={
          <SearchInput
            label="Search by e-mail or name"
            value={list.state.search}
            onChange={(search) => list.change({ search })}
          />
        }
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/customers/${id}`}
        empty={
          <NothingYet
            icon={Users}
            nouns="customers"
            environment={list.environment}
            create={
              mayCreate
                ? {
                    label: "Create customer",
                    text: "Create one here, or let an integration with Customer Write do it through the API.",
                    onClick: create,
                  }
                : null
            }
            otherwise="An integration with Customer Write, or an operator here, can create the first one."
          />
        }
      />
      {creating && <CreateCustomerDialog environment={list.environment} onClose={() => setCreating(false)} />}
    </>
  );
}

/** Text of others, cut where it would push the rest out of sight. */
function Cut({ children, className }: { children: string; className?: string }) {
  return (
    <span className={cn("block truncate", className)} title={children}>
      {children}
    </span>
  );
}
