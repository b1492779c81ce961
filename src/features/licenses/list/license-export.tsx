"use client";

import { KeyValue } from "@/components/key-value";
import { Note } from "@/components/note";
import type { LicenseListState } from "../license-list-state";
import { licenseStatusLabel } from "../license-status";

/** The job that writes what the list's filters find to a file. What is not set is absent. */
export function licenseExport({ state: { search, statuses, product, customerId } }: LicenseListState) {
  const filter = {
    ...(search !== "" && { search }),
    ...(statuses.length > 0 && { status: statuses }),
    ...(product !== null && { product }),
    ...(customerId !== null && { customerId }),
  };
  return { type: "licenses.export", input: { filter } } as const;
}

/** What that file will hold. */
export function LicenseExportContents({ list }: { list: LicenseListState }) {
  return (
    <>
      {list.isFiltered ? (
        <div>
          <p className="mb-1.5 font-medium text-sm">What the list is narrowed to</p>
          <FilterSummary filters={list.state} />
        </div>
      ) : (
        <p className="text-sm">Every licence of the environment: the list has no filters.</p>
      )}
      <Note tone="warn">The file holds licence keys in full. Whoever has it can use them.</Note>
    </>
  );
}

function FilterSummary({ filters }: { filters: LicenseListState["state"] }) {
  const { search, statuses, product, customerId } = filters;
  const items = [
    { label: "Search", value: search },
    { label: "Status", value: statuses.map(licenseStatusLabel).join(", ") },
    { label: "Product", value: product },
    { label: "Customer", value: customerId && <span className="mono">{customerId}</span> },
  ];
  return <KeyValue items={items.filter(({ value }) => value)} className="text-sm" />;
}
