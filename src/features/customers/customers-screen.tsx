"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { FilterBar } from "@/components/filter-bar";
import { NotAllowed } from "@/components/list-empty";
import { ListSkeleton } from "@/components/list-skeleton";
import { PageHeader } from "@/components/page-header";
import { PagedTable } from "@/components/paged-table";
import { SearchInput } from "@/components/search-input";
import { useSession } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import type { CustomerView } from "@/contracts/customers";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import type { PAGE_SIZES } from "@/contracts/lists";
import { roleAllows, whomToAsk } from "@/contracts/roles";
import { cn } from "@/lib/cn";
import { describeError } from "@/lib/errors";
import { useIsMobile } from "@/lib/use-is-mobile";
import { trpc } from "@/trpc/client";
import { CreateCustomerDialog } from "./create-customer-dialog";
import { CustomersEmpty } from "./customers-empty";

interface CustomersQuery {
  search: string;
  pageSize: (typeof PAGE_SIZES)[number];
  cursor: string | null;
}

interface CustomersScreenProps {
  input: CustomersQuery & { environment: Environment | null };
  /** Changes part of the query. Whoever holds it starts again at the first page, unless a cursor is given. */
  onChange: (patch: Partial<CustomersQuery>) => void;
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
    cell: ({ environment }) => (
      <EnvironmentBadge value={environment} label={ENVIRONMENT_DETAILS[environment].label} />
    ),
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
    cell: ({ email, name, environment }) => (
      <span className="block min-w-0 py-2">
        <span className="block truncate font-medium">{email}</span>
        {name && <span className="block truncate text-ink-2 text-xs">{name}</span>}
        <EnvironmentBadge
          value={environment}
          label={ENVIRONMENT_DETAILS[environment].label}
          className="mt-0.5 text-xs"
        />
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
  return <ListSkeleton heading={HEADING} label="Customers" columns={COLUMNS} />;
}

/** The list of customers. Its state is the caller's. */
export function CustomersScreen({ input, onChange, actions, banner }: CustomersScreenProps) {
  const [creating, setCreating] = useState(false);
  const mayCreate = roleAllows(useSession().admin.role, "customers:write");
  const customers = trpc.customers.list.useQuery(input, { placeholderData: keepPreviousData });
  const narrow = useIsMobile();
  const create = () => setCreating(true);
  if (describeError(customers.error).code === "permission_denied") {
    return <NotAllowed nouns="customers" ask={whomToAsk("team:manage")} />;
  }
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
      <FilterBar onClear={null}>
        <SearchInput
          label="Search by e-mail or name"
          value={input.search}
          onChange={(search) => onChange({ search })}
        />
      </FilterBar>
      <PagedTable
        label="Customers"
        columns={narrow ? NARROW_COLUMNS : COLUMNS}
        list={customers}
        query={input}
        onChange={onChange}
        nouns="customers"
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/customers/${id}`}
        empty={
          <CustomersEmpty
            search={input.search}
            environment={input.environment}
            onClear={() => onChange({ search: "" })}
            onCreate={mayCreate ? create : null}
          />
        }
      />
      {creating && (
        <CreateCustomerDialog environment={input.environment} onClose={() => setCreating(false)} />
      )}
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
