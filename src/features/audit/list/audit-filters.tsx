"use client";

import { DateRangeFilter } from "@/components/date-range-filter";
import { FilterBar } from "@/components/filter-bar";
import { FilterChip } from "@/components/filter-chip";
import { SearchInput } from "@/components/search-input";
import { AUDIT_ACTION_NAMES } from "@/contracts/audit";
import { trpc } from "@/trpc/client";
import { actionLabel } from "../audit-words";
import { type AuditListQuery, isNarrowed, NO_AUDIT_FILTERS } from "./audit-list-query";

const ACTION_OPTIONS = AUDIT_ACTION_NAMES.map((value) => ({ value, label: actionLabel(value) }));

interface AuditFilterBarProps {
  query: AuditListQuery;
  /** Off where the list is empty and offers the same itself. */
  clearable: boolean;
  onChange: (patch: Partial<AuditListQuery>) => void;
}

/** Search and filters of the list. */
export function AuditFilterBar({ query, clearable, onChange }: AuditFilterBarProps) {
  const actors = trpc.audit.actors.useQuery();
  const { search, subject, actor, actions, from, to } = query;
  return (
    <FilterBar onClear={clearable && isNarrowed(query) ? () => onChange(NO_AUDIT_FILTERS) : null}>
      <SearchInput
        label="Search name, id or request id"
        value={search}
        onChange={(search) => onChange({ search })}
      />
      <FilterChip
        label="Who"
        options={(actors.data ?? []).map((value) => ({ value, label: value }))}
        value={actor ? [actor] : []}
        onChange={([actor]) => onChange({ actor: actor ?? null })}
      />
      <FilterChip
        label="What"
        multiple
        options={ACTION_OPTIONS}
        value={actions}
        onChange={(actions) => onChange({ actions })}
      />
      <DateRangeFilter label="When" value={{ from, to }} onChange={onChange} />
      {subject && (
        <FilterChip
          label="Only"
          options={[{ value: subject, label: subject }]}
          value={[subject]}
          onChange={([subject]) => onChange({ subject: subject ?? null })}
        />
      )}
    </FilterBar>
  );
}
