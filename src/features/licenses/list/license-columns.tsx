"use client";

import { type DataTableColumn, TIGHT } from "@/components/data-table";
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
    className: TIGHT,
    cell: (license) => <LicenseKeyCell value={license} />,
  },
  { id: "product", header: "Product", className: TIGHT, cell: (license) => <ProductCell value={license} /> },
  {
    id: "environment",
    header: "Environment",
    className: TIGHT,
    cell: (license) => <EnvironmentCell value={license} />,
  },
  {
    id: "status",
    header: "Status",
    className: TIGHT,
    cell: (license) => <LicenseStatusBadge value={license} />,
  },
  { id: "customer", header: "Customer", className: TIGHT, cell: (license) => <OwnerCell value={license} /> },
  {
    id: "activations",
    header: "Activations",
    className: TIGHT,
    cell: (license) => <ActivationsCell value={license} />,
  },
  {
    id: "expiresAt",
    header: "Expires",
    className: TIGHT,
    cell: (license) => <ExpiresCell value={license} />,
  },
  {
    id: "createdAt",
    header: "Created",
    className: TIGHT,
    cell: ({ createdAt }) => <Timestamp value={createdAt} />,
  },
];

/** The same list on a phone: one column that says the most. */
export const NARROW_LICENSE_COLUMNS: readonly Column[] = [
  {
    id: "key",
    header: "Licence",
    link: true,
    // May shrink, so that the table is as wide as the screen and the key is what gets cut.
    className: "w-full max-w-0",
    cell: (license) => <NarrowLicenseCell value={license} />,
  },
];
