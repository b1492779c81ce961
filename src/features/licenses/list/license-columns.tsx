"use client";

import type { DataTableColumn } from "@/components/data-table-columns";
import { Timestamp } from "@/components/timestamp";
import type { LicenseView } from "@/contracts/licenses";
import {
  ActivationsCell,
  EnvironmentCell,
  ExpiresCell,
  LicenseKeyCell,
  NarrowLicenseCell,
  OwnerCell,
  ProductCell,
} from "../license-cells";
import { LicenseStatusBadge } from "../license-status";

type Column = DataTableColumn<LicenseView>;

/** The columns of the list. */
export const LICENSE_COLUMNS: readonly Column[] = [
  {
    id: "key",
    header: "Licence key",
    link: true,
    grow: true,
    cell: (license) => <LicenseKeyCell value={license} />,
  },
  { id: "product", header: "Product", from: 720, cell: (license) => <ProductCell value={license} /> },
  { id: "environment", header: "Environment", cell: (license) => <EnvironmentCell value={license} /> },
  { id: "status", header: "Status", cell: (license) => <LicenseStatusBadge value={license} /> },
  { id: "customer", header: "Customer", from: 980, cell: (license) => <OwnerCell value={license} /> },
  {
    id: "activations",
    header: "Activations",
    from: 860,
    cell: (license) => <ActivationsCell value={license} />,
  },
  {
    id: "createdAt",
    header: "Created",
    from: 1140,
    cell: ({ createdAt }) => <Timestamp value={createdAt} />,
  },
  { id: "expiresAt", header: "Expires", cell: (license) => <ExpiresCell value={license} /> },
];

/** The same list on a phone: one column that says the most. */
export const NARROW_LICENSE_COLUMNS: readonly Column[] = [
  {
    id: "key",
    header: "Licence",
    link: true,
    grow: true,
    cell: (license) => <NarrowLicenseCell value={license} />,
  },
];
