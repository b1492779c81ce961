"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { CopyField } from "@/components/copy-field";
import { KeyValue } from "@/components/key-value";
import { MetadataPairs } from "@/components/metadata-pairs";
import { Timestamp } from "@/components/timestamp";
import { Card, CardContent } from "@/components/ui/card";
import type { LicenseView } from "@/contracts/licenses";
import { ActivationsCell, ExpiresCell } from "../license-cells";

/** What is known of the licence: whose it is and what it allows. The header names it. */
export function LicenseFacts({ value, className }: { value: LicenseView; className?: string }) {
  const items: { label: string; value: ReactNode }[] = [
    { label: "Customer", value: <Owner customer={value.customer} /> },
    { label: "Activations", value: <ActivationsCell value={value} /> },
    { label: "Expires", value: <ExpiresCell value={value} /> },
    { label: "Features", value: <Features features={value.features} /> },
    { label: "Created", value: <Timestamp value={value.createdAt} /> },
    { label: "Changed", value: <Timestamp value={value.updatedAt} /> },
    { label: "Id", value: <CopyField value={value.id} label="licence id" className="-my-1" /> },
  ];
  return (
    <Card aria-label="Facts" className={className}>
      <CardContent>
        <KeyValue items={items} />
      </CardContent>
      {Object.keys(value.metadata).length > 0 && (
        <CardContent className="border-t">
          <h2 className="mb-2 font-medium">Metadata</h2>
          <MetadataPairs metadata={value.metadata} />
        </CardContent>
      )}
    </Card>
  );
}

function Owner({ customer }: Pick<LicenseView, "customer">) {
  if (!customer) return <span className="text-ink-3">No customer</span>;
  return (
    <>
      <Link href={`/customers/${customer.id}`} className="break-all text-accent hover:underline">
        {customer.email}
      </Link>
      {customer.name && <span className="block text-ink-3 text-sm">{customer.name}</span>}
    </>
  );
}

function Features({ features }: { features: readonly string[] }) {
  if (features.length === 0) return <span className="text-ink-3">None</span>;
  return (
    <ul className="flex flex-wrap gap-1">
      {features.map((feature) => (
        <li key={feature} className="mono break-all rounded-sm border px-1.5 text-ink-2 text-xs leading-5">
          {feature}
        </li>
      ))}
    </ul>
  );
}
