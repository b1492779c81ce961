"use client";

import { useState } from "react";
import { DateRangeFilter } from "@/components/date-range-filter";
import { FilterBar } from "@/components/filter-bar";
import { FilterChip } from "@/components/filter-chip";
import { actionLabel } from "@/components/recorded-words";
import { SearchInput } from "@/components/search-input";
import { ValueFilter } from "@/components/value-filter";
import { AUDIT_ACTION_NAMES } from "@/contracts/audit";
import { trpc } from "@/trpc/client";
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
  const { search, subject, actor, actions, from, to } = query;
  return (
    <FilterBar onClear={clearable && isNarrowed(query) ? () => onChange(NO_AUDIT_FILTERS) : null}>
      <SearchInput
        label="Search name, id or request id"
        value={search}
        onChange={(search) => onChange({ search })}
      />
      <ActorFilter value={actor} onChange={(actor) => onChange({ actor })} />
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

interface ActorFilterProps {
  value: string | null;
  onChange: (actor: string | null) => void;
}

/** Who made the changes, of all that ever made any. */
function ActorFilter({ value, onChange }: ActorFilterProps) {
  const [opened, setOpened] = useState(false);
  const actors = trpc.audit.actors.useQuery(undefined, { enabled: opened });
  return (
    <ValueFilter
      label="Who"
      searchLabel="Find a name"
      value={value}
      values={actors.data}
      failed={actors.isError}
      onOpen={() => setOpened(true)}
      onChange={onChange}
    />
  );
}
