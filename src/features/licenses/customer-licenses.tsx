"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { BadgeCheck, MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import { DataTable } from "@/components/data-table";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EmptyState } from "@/components/empty-state";
import { Link } from "@/components/link";
import { ListSection } from "@/components/list-section";
import { PagedTable } from "@/components/paged-table";
import { Timestamp } from "@/components/timestamp";
import type { CustomerActivation } from "@/contracts/activations";
import type { Id } from "@/contracts/ids";
import type { LicenseView } from "@/contracts/licenses";
import type { ListPosition } from "@/lib/list-state";
import { trpc } from "@/trpc/client";
import {
  ActivationStatus,
  ActivationsCell,
  ExpiresCell,
  IdentifierCell,
  LicenseKeyCell,
  NARROW_LICENSE_COLUMNS,
  ProductCell,
} from "./license-cells";
import { customerLicensesInput } from "./license-list-state";
import { LicenseStatusBadge } from "./license-status";

const COLUMNS: readonly DataTableColumn<LicenseView>[] = [
  {
    id: "key",
    header: "Licence key",
    link: true,
    grow: true,
    cell: (license) => <LicenseKeyCell license={license} />,
  },
  { id: "product", header: "Product", from: 560, cell: (license) => <ProductCell license={license} /> },
  { id: "status", header: "Status", cell: (license) => <LicenseStatusBadge value={license} /> },
  {
    id: "activations",
    header: "Activations",
    from: 720,
    cell: (license) => <ActivationsCell license={license} />,
  },
  { id: "expiresAt", header: "Expires", cell: (license) => <ExpiresCell license={license} /> },
];

/** The licences of one customer, for the customer's page. */
export function CustomerLicenses({ customer }: { customer: Id<"cus"> }) {
  const licenses = trpc.licenses.list.useQuery(customerLicensesInput(customer));
  return (
    <ListSection
      title="Licences"
      page={licenses}
      all={
        licenses.data?.nextCursor
          ? { href: `/licenses?customerId=${customer}&env=all`, label: "All of them" }
          : null
      }
    >
      <DataTable
        label="Licences of this customer"
        columns={COLUMNS}
        narrowColumns={NARROW_LICENSE_COLUMNS}
        rows={licenses.data?.data ?? []}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/licenses/${id}`}
        loading={licenses.isPending}
        empty={
          <EmptyState
            icon={BadgeCheck}
            title="No licences yet"
            text="Licences issued to this customer, in the console or through the API, stand here."
          />
        }
      />
    </ListSection>
  );
}

const ACTIVATION_COLUMNS: readonly DataTableColumn<CustomerActivation>[] = [
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

/** Where the licences of one customer are and were active, for the customer's page. */
export function CustomerActivations({ customer }: { customer: Id<"cus"> }) {
  const [state, setState] = useState<ListPosition>({ limit: 10, cursor: null });
  const page = trpc.licenses.customerActivations.useQuery(
    { customerId: customer, ...state },
    { placeholderData: keepPreviousData },
  );
  return (
    <section aria-labelledby="customer-activations" className="min-w-0">
      <h2 id="customer-activations" className="mb-2 font-medium">
        Activations
      </h2>
      <PagedTable
        label="Activations of this customer's licences"
        columns={ACTIVATION_COLUMNS}
        list={{
          state,
          // Another page size starts at the first page again.
          change: (patch) => setState((before) => ({ ...before, cursor: null, ...patch })),
        }}
        page={page}
        noun="activation"
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
