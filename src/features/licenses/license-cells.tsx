"use client";

import { Badge } from "@/components/badge";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Link } from "@/components/link";
import { RelativeText, Timestamp } from "@/components/timestamp";
import type { LicenseView } from "@/contracts/licenses";
import type { Activation } from "@/contracts/schemas/activations";
import { LicenseStatusBadge } from "./license-status";

interface CellProps {
  license: LicenseView;
}

/** The licence key. An imported one may be long, so it is cut where it would push the rest out of sight. */
export function LicenseKeyCell({ license: { key } }: CellProps) {
  return (
    <span className="mono block truncate" title={key}>
      {key}
    </span>
  );
}

/** What the licence is for. */
export function ProductCell({ license: { product } }: CellProps) {
  return (
    <span className="block max-w-40 truncate" title={product}>
      {product}
    </span>
  );
}

/** Who owns the licence, as a link. Nobody is a state of its own. */
export function OwnerCell({ license: { customer } }: CellProps) {
  if (!customer) return <span className="text-ink-3">No customer</span>;
  return (
    <Link
      href={`/customers/${customer.id}`}
      title={customer.email}
      className="block w-fit max-w-40 truncate py-0.5 text-ink-2 hover:text-ink hover:underline"
    >
      {customer.email}
    </Link>
  );
}

/** "2 / 5", or "2" and the sign for no limit. */
export function ActivationsCell({ license: { activationCount, activationLimit } }: CellProps) {
  const count = activationCount.toLocaleString("en");
  const limit = activationLimit?.toLocaleString("en");
  return (
    <span className="whitespace-nowrap tabular-nums">
      {count}
      <span className="text-ink-3">
        {" / "}
        {limit ?? (
          <>
            <span aria-hidden>∞</span>
            <span className="sr-only">unlimited</span>
          </>
        )}
      </span>
    </span>
  );
}

/** When the licence stops being valid by itself. */
export function ExpiresCell({ license: { expiresAt } }: CellProps) {
  return expiresAt ? <Timestamp value={expiresAt} /> : <span className="text-ink-3">Never</span>;
}

/** On a phone, the licence with what one looks for first, as there is no room for columns. */
function NarrowLicenseCell({ license }: CellProps) {
  return (
    <span className="block min-w-0 py-2">
      <span className="mono block truncate font-medium">{license.key}</span>
      <span className="block truncate text-ink-2 text-xs">
        {license.product}
        {" · "}
        {license.customer?.email ?? "no customer"}
      </span>
      <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs">
        <EnvironmentBadge value={license.environment} />
        <LicenseStatusBadge value={license} />
        <ActivationsCell license={license} />
        {license.expiresAt && license.status !== "expired" && (
          <span className="text-ink-2">
            expires <RelativeText value={license.expiresAt} />
          </span>
        )}
      </span>
    </span>
  );
}

/** Lists of licences on a phone: one column that says the most. */
export const NARROW_LICENSE_COLUMNS: readonly DataTableColumn<LicenseView>[] = [
  {
    id: "key",
    header: "Licence",
    link: true,
    grow: true,
    placeholderClassName: "h-19.75",
    cell: (license) => <NarrowLicenseCell license={license} />,
  },
];

/** What the app calls the device, cut where it would push the rest out of sight. */
export function IdentifierCell({ value: { identifier } }: { value: Activation }) {
  return (
    <span className="mono block truncate" title={identifier}>
      {identifier}
    </span>
  );
}

/** Whether the device still holds its place. */
export function ActivationStatus({ value: { deactivatedAt } }: { value: Activation }) {
  return deactivatedAt ? <Badge tone="idle">Ended</Badge> : <Badge tone="ok">Active</Badge>;
}
