"use client";

import { Select } from "@/components/ui/select";
import type { KeyListQuery } from "./key-list-query";

type KeyOrder = Pick<KeyListQuery, "sort" | "direction">;

/** Every order of the list, also those by what has no column of its own. */
const ORDERS = {
  "createdAt desc": { sort: "createdAt", direction: "desc", label: "Newest first" },
  "createdAt asc": { sort: "createdAt", direction: "asc", label: "Oldest first" },
  "name asc": { sort: "name", direction: "asc", label: "Name, A to Z" },
  "name desc": { sort: "name", direction: "desc", label: "Name, Z to A" },
  "lastUsedAt desc": { sort: "lastUsedAt", direction: "desc", label: "Last used, latest" },
  "lastUsedAt asc": { sort: "lastUsedAt", direction: "asc", label: "Last used, longest ago" },
  "expiresAt asc": { sort: "expiresAt", direction: "asc", label: "Expires, soonest" },
  "expiresAt desc": { sort: "expiresAt", direction: "desc", label: "Expires, latest" },
} as const satisfies Record<`${KeyOrder["sort"]} ${KeyOrder["direction"]}`, KeyOrder & { label: string }>;

type OrderName = keyof typeof ORDERS;

const OPTIONS = (Object.keys(ORDERS) as OrderName[]).map((value) => ({ value, label: ORDERS[value].label }));

interface KeySortSelectProps extends KeyOrder {
  onChange: (order: KeyOrder) => void;
}

/** Chooses the order of the list. The headings of the table do the same for their columns. */
export function KeySortSelect({ sort, direction, onChange }: KeySortSelectProps) {
  return (
    <Select
      aria-label="Sort"
      size="sm"
      value={`${sort} ${direction}` as const}
      onValueChange={(order) => onChange({ sort: ORDERS[order].sort, direction: ORDERS[order].direction })}
      options={OPTIONS}
    />
  );
}
