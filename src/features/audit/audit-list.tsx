"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { History } from "lucide-react";
import { ComboboxFilter } from "@/components/combobox-filter";
import type { DataTableColumn } from "@/components/data-table-columns";
import { DateRangeFilter } from "@/components/date-range-filter";
import { EmptyState } from "@/components/empty-state";
import { EnvironmentBadge } from "@/components/environment-badge";
import { FilterChip, SingleFilterChip } from "@/components/filter-chip";
import { PagedTable } from "@/components/paged-table";
import { actionLabel } from "@/components/recorded-words";
import { SearchInput } from "@/components/search-input";
import { RelativeText, Timestamp } from "@/components/timestamp";
import { ValueChoices, type ValueChoicesProps } from "@/components/value-choices";
import { AUDIT_ACTION_NAMES, type AuditEventView } from "@/contracts/audit";
import { inEnvironment } from "@/lib/words";
import { trpc } from "@/trpc/client";
import type { AuditListState } from "./audit-list-state";

type Column = DataTableColumn<AuditEventView>;

/** The columns of the list: when, who, what, and where. */
export const AUDIT_COLUMNS: readonly Column[] = [
  { id: "at", header: "When", className: "w-32", cell: ({ at }) => <Timestamp value={at} /> },
  {
    id: "what",
    header: "What",
    link: true,
    grow: true,
    cell: ({ action, subjectName }) => (
      <span className="flex gap-x-1.5">
        <span className="max-w-3/4 shrink-0 truncate text-ink-2">{actionLabel(action)}</span>
        <span className="min-w-0 truncate font-medium" title={subjectName}>
          {subjectName}
        </span>
      </span>
    ),
  },
  {
    id: "actor",
    header: "Who",
    from: 720,
    cell: ({ actor }) => (
      <span className="block max-w-44 truncate" title={actor}>
        {actor}
      </span>
    ),
  },
  {
    id: "ip",
    header: "From",
    from: 980,
    cell: ({ ip }) =>
      ip ? (
        <span className="mono block max-w-36 truncate" title={ip}>
          {ip}
        </span>
      ) : (
        <span className="text-ink-3">–</span>
      ),
  },
  {
    id: "environment",
    header: "Environment",
    cell: ({ environment }) =>
      environment ? <EnvironmentBadge value={environment} /> : <span className="text-ink-3">–</span>,
  },
];

/** The same list on a phone: one column that says the most. */
export const NARROW_AUDIT_COLUMNS: readonly Column[] = [
  {
    id: "what",
    header: "Change",
    link: true,
    grow: true,
    placeholderClassName: "h-14.25",
    cell: (event) => (
      <span className="block min-w-0 py-2">
        <span className="block truncate">
          <span className="text-ink-2">{actionLabel(event.action)}</span>{" "}
          <span className="font-medium">{event.subjectName}</span>
        </span>
        <span className="flex flex-wrap gap-x-2 text-ink-2 text-xs">
          <span className="truncate">{event.actor}</span>
          <RelativeText value={event.at} />
          {event.environment && <EnvironmentBadge value={event.environment} />}
        </span>
      </span>
    ),
  },
];

interface AuditListProps {
  list: AuditListState;
  /** Where one change is shown, for those who want it in a tab of its own. */
  hrefOf: (event: AuditEventView) => string;
  onOpen: (event: AuditEventView) => void;
}

/** Every change on record, or those that the filters let through, newest first. */
export function AuditList({ list, hrefOf, onOpen }: AuditListProps) {
  const page = trpc.audit.list.useQuery(list.input, { placeholderData: keepPreviousData });
  return (
    <PagedTable
      label="Changes"
      columns={AUDIT_COLUMNS}
      narrowColumns={NARROW_AUDIT_COLUMNS}
      list={list}
      page={page}
      noun="change"
      notAllowed="the audit"
      filters={<Filters list={list} />}
      rowKey={({ id }) => id}
      rowHref={hrefOf}
      onRowOpen={onOpen}
      empty={
        <EmptyState
          icon={History}
          title={`No changes${inEnvironment(list.environment)} yet`}
          text="Create a key or a customer: every change that administrators make is recorded here."
        />
      }
    />
  );
}

const ACTION_OPTIONS = AUDIT_ACTION_NAMES.map((value) => ({ value, label: actionLabel(value) }));

function Filters({ list: { state, change } }: { list: AuditListState }) {
  const { search, subjectId, actor, actions, from, to } = state;
  return (
    <>
      <SearchInput
        label="Search name, id or request id"
        value={search}
        onChange={(search) => change({ search })}
      />
      <ComboboxFilter label="Who" value={actor} onChange={(actor) => change({ actor })}>
        {(onPick) => <ActorChoices value={actor} onPick={onPick} />}
      </ComboboxFilter>
      <FilterChip
        label="What"
        options={ACTION_OPTIONS}
        value={actions}
        onChange={(actions) => change({ actions })}
      />
      <DateRangeFilter label="When" value={{ from, to }} onChange={(range) => change(range)} />
      {subjectId && (
        <SingleFilterChip
          label="Only"
          options={[{ value: subjectId, label: subjectId }]}
          value={subjectId}
          onChange={(subjectId) => change({ subjectId })}
        />
      )}
    </>
  );
}

/** Who made the changes, of all that ever made any. */
function ActorChoices(props: Pick<ValueChoicesProps, "value" | "onPick">) {
  const actors = trpc.audit.actors.useQuery();
  return <ValueChoices {...props} label="Find a name" values={actors.data} failed={actors.isError} />;
}
