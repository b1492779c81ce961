"use client";

import { BadgeCheck } from "lucide-react";
import Link from "next/link";
import { DataTable } from "@/components/data-table";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import type { Id } from "@/contracts/ids";
import type { LicenseView } from "@/contracts/licenses";
import { useIsMobile } from "@/lib/use-is-mobile";
import { trpc } from "@/trpc/client";
import { customerLicensesInput } from "./customer-licenses-input";
import { ActivationsCell, ExpiresCell, LicenseKeyCell, ProductCell } from "./license-cells";
import { LicenseStatusBadge } from "./license-status";
import { NARROW_LICENSE_COLUMNS } from "./list/license-columns";

const COLUMNS: readonly DataTableColumn<LicenseView>[] = [
  {
    id: "key",
    header: "Licence key",
    link: true,
    grow: true,
    cell: (license) => <LicenseKeyCell value={license} />,
  },
  { id: "product", header: "Product", from: 560, cell: (license) => <ProductCell value={license} /> },
  { id: "status", header: "Status", cell: (license) => <LicenseStatusBadge value={license} /> },
  {
    id: "activations",
    header: "Activations",
    from: 720,
    cell: (license) => <ActivationsCell value={license} />,
  },
  { id: "expiresAt", header: "Expires", cell: (license) => <ExpiresCell value={license} /> },
];

/** The licences of one customer, for the customer's page. */
export function CustomerLicenses({ customer }: { customer: Id<"cus"> }) {
  const narrow = useIsMobile();
  const licenses = trpc.licenses.list.useQuery(customerLicensesInput(customer));
  return (
    <section aria-labelledby="customer-licenses" className="min-w-0">
      <div className="mb-2 flex items-baseline justify-between gap-2">
        <h2 id="customer-licenses" className="font-medium">
          Licences
        </h2>
        {licenses.data?.nextCursor && (
          <Link href={`/licenses?customer=${customer}&env=all`} className="text-accent hover:underline">
            All of them
          </Link>
        )}
      </div>
      {licenses.error ? (
        <ErrorNotice error={licenses.error} onRetry={() => licenses.refetch()} />
      ) : (
        <DataTable
          label="Licences of this customer"
          columns={narrow ? NARROW_LICENSE_COLUMNS : COLUMNS}
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
      )}
    </section>
  );
}
