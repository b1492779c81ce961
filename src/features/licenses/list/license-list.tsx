"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { BadgeCheck } from "lucide-react";
import type { ReactNode } from "react";
import { ComboboxFilter } from "@/components/combobox-filter";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { FilterChip } from "@/components/filter-chip";
import { NothingYet } from "@/components/list-empty";
import { ListSkeleton } from "@/components/list-skeleton";
import { PagedTable } from "@/components/paged-table";
import { SearchInput } from "@/components/search-input";
import { Timestamp } from "@/components/timestamp";
import { ValueChoices, type ValueChoicesProps } from "@/components/value-choices";
import type { Environment } from "@/contracts/environments";
import { LICENSE_STATUSES, type LicenseView } from "@/contracts/licenses";
import { trpc } from "@/trpc/client";
import {
  ActivationsCell,
  ExpiresCell,
  LicenseKeyCell,
  NARROW_LICENSE_COLUMNS,
  OwnerCell,
  ProductCell,
} from "../license-cells";
import type { LicenseListState } from "../license-list-state";
import { LicenseStatusBadge, licenseStatusLabel } from "../license-status";

/** The head of the list's page. */
export const LICENSES_HEADING = {
  title: "Licences",
  sub: "What customers may use, on how many devices and until when. Each belongs to one environment.",
};

type Column = DataTableColumn<LicenseView>;

/** The columns of the list. */
const COLUMNS: readonly Column[] = [
  {
    id: "key",
    header: "Licence key",
    link: true,
    grow: true,
    cell: (license) => <LicenseKeyCell license={license} />,
  },
  { id: "product", header: "Product", from: 720, cell: (license) => <ProductCell license={license} /> },
  {
    id: "environment",
    header: "Environment",
    cell: (license) => <EnvironmentBadge value={license.environment} />,
  },
  { id: "status", header: "Status", cell: (license) => <LicenseStatusBadge value={license} /> },
  { id: "customer", header: "Customer", from: 980, cell: (license) => <OwnerCell license={license} /> },
  {
    id: "activations",
    header: "Activations",
    from: 860,
    cell: (license) => <ActivationsCell license={license} />,
  },
  {
    id: "createdAt",
    header: "Created",
    from: 1140,
    cell: ({ createdAt }) => <Timestamp value={createdAt} />,
  },
  { id: "expiresAt", header: "Expires", cell: (license) => <ExpiresCell license={license} /> },
];

interface LicenseListProps {
  list: LicenseListState;
  /** Narrows the list to one customer. Belongs to customers, so the page hands it in. */
  customerFilter: ReactNode;
  /** Null where the role may not. */
  onCreate: (() => void) | null;
}

/** Every licence, or those that the filters let through, newest first. */
export function LicenseList({ list, customerFilter, onCreate }: LicenseListProps) {
  const page = trpc.licenses.list.useQuery(list.input, { placeholderData: keepPreviousData });
  return (
    <PagedTable
      label="Licences"
      columns={COLUMNS}
      narrowColumns={NARROW_LICENSE_COLUMNS}
      list={list}
      page={page}
      noun="licence"
      filters={<Filters list={list} customerFilter={customerFilter} />}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `/licenses/${id}`}
      empty={
        <NothingYet
          icon={BadgeCheck}
          nouns="licences"
          environment={list.environment}
          create={
            onCreate && {
              label: "Create the first licence",
              text: "Issue one here, or let an integration with License Management do it through the API.",
              onClick: onCreate,
            }
          }
          otherwise="An integration with License Management, or an operator here, can issue the first one."
        />
      }
    />
  );
}

const STATUS_OPTIONS = LICENSE_STATUSES.map((value) => ({ value, label: licenseStatusLabel(value) }));

function Filters({ list, customerFilter }: Pick<LicenseListProps, "list" | "customerFilter">) {
  const { state, environment, change } = list;
  return (
    <>
      <SearchInput
        label="Search licence key, product or id"
        value={state.search}
        onChange={(search) => change({ search })}
      />
      <FilterChip
        label="Status"
        options={STATUS_OPTIONS}
        value={state.statuses}
        onChange={(statuses) => change({ statuses })}
      />
      <ComboboxFilter label="Product" value={state.product} onChange={(product) => change({ product })}>
        {(onPick) => <ProductChoices value={state.product} environment={environment} onPick={onPick} />}
      </ComboboxFilter>
      {customerFilter}
    </>
  );
}

interface ProductChoicesProps extends Pick<ValueChoicesProps, "value" | "onPick"> {
  environment: Environment | null;
}

function ProductChoices({ environment, ...props }: ProductChoicesProps) {
  const products = trpc.licenses.products.useQuery({ environment });
  return <ValueChoices {...props} label="Find a product" values={products.data} failed={products.isError} />;
}

/** Holds the place of the list while the server draws it. */
export function LicenseListSkeleton() {
  return (
    <ListSkeleton
      heading={LICENSES_HEADING}
      label="Licences"
      columns={COLUMNS}
      narrowColumns={NARROW_LICENSE_COLUMNS}
    />
  );
}
