"use client";

import { type ReactNode, useState } from "react";
import { FilterBar } from "@/components/filter-bar";
import { FilterChip } from "@/components/filter-chip";
import { SearchInput } from "@/components/search-input";
import type { Environment } from "@/contracts/environments";
import { PROBLEM_CODES, PROBLEMS } from "@/contracts/problems";
import { REQUEST_METHODS, requestFilterSchema, STATUS_CLASSES } from "@/contracts/request-queries";
import { REQUEST_LEVELS } from "@/contracts/requests";
import { trpc } from "@/trpc/client";
import { LEVELS } from "../log-cells";
import { isNarrowed, type LogQuery, NO_LOG_FILTERS } from "./log-query";
import { TimeFilter } from "./time-filter";
import { TypedFilter } from "./typed-filter";

const LEVEL_OPTIONS = REQUEST_LEVELS.map((value) => ({ value, label: LEVELS[value].label }));
const CLASS_WORDS = { "2xx": "2xx, succeeded", "4xx": "4xx, refused", "5xx": "5xx, failed" } as const;
const STATUS_OPTIONS = STATUS_CLASSES.map((value) => ({ value, label: CLASS_WORDS[value] }));
const CODE_OPTIONS = PROBLEM_CODES.map((value) => ({ value, label: `${PROBLEMS[value].status} ${value}` }));
const METHOD_OPTIONS = REQUEST_METHODS.map((value) => ({ value, label: value }));

const ROUTES_STALE_MS = 300_000;
const { address, requestId } = requestFilterSchema.shape;

interface LogFilterBarProps {
  query: LogQuery;
  environment: Environment | null;
  /** Those of keys and customers belong to them, so the page hands them in. */
  otherFilters: ReactNode;
  /** Off where the list is empty and offers the same itself. */
  clearable: boolean;
  onChange: (patch: Partial<LogQuery>) => void;
}

/** Search and filters of the log. */
export function LogFilterBar({ query, environment, otherFilters, clearable, onChange }: LogFilterBarProps) {
  return (
    <FilterBar onClear={clearable && isNarrowed(query) ? () => onChange(NO_LOG_FILTERS) : null}>
      <SearchInput
        label="Search path, query or refusal"
        value={query.search}
        onChange={(search) => onChange({ search })}
      />
      {/* A request id names its call, whenever that was. */}
      {query.request === null && <TimeFilter value={query} onChange={onChange} />}
      <FilterChip
        label="Level"
        multiple
        options={LEVEL_OPTIONS}
        value={query.levels}
        onChange={(levels) => onChange({ levels })}
      />
      <FilterChip
        label="Status"
        multiple
        options={STATUS_OPTIONS}
        value={query.statuses}
        onChange={(statuses) => onChange({ statuses })}
      />
      <FilterChip
        label="Code"
        multiple
        options={CODE_OPTIONS}
        value={query.codes}
        onChange={(codes) => onChange({ codes })}
      />
      <FilterChip
        label="Method"
        multiple
        options={METHOD_OPTIONS}
        value={query.methods}
        onChange={(methods) => onChange({ methods })}
      />
      <RouteFilter value={query.route} environment={environment} onChange={(route) => onChange({ route })} />
      {otherFilters}
      <TypedFilter
        label="Address"
        example="198.51.100.7"
        schema={address.unwrap().unwrap()}
        value={query.address}
        onChange={(address) => onChange({ address })}
      />
      <TypedFilter
        label="Request id"
        example="req_…"
        schema={requestId.unwrap().unwrap()}
        value={query.request}
        onChange={(request) => onChange({ request })}
      />
    </FilterBar>
  );
}

interface RouteFilterProps {
  value: string | null;
  environment: Environment | null;
  onChange: (route: string | null) => void;
}

/** The routes that were called in the last day; any other can stand in a link. */
function RouteFilter({ value, environment, onChange }: RouteFilterProps) {
  const [opened, setOpened] = useState(false);
  const called = trpc.requests.routes.useQuery(
    { environment },
    { enabled: opened, staleTime: ROUTES_STALE_MS },
  );
  const routes = called.data ?? [];
  const offered = value === null || routes.includes(value) ? routes : [value, ...routes];
  return (
    <FilterChip
      label="Route"
      options={offered.map((route) => ({ value: route, label: route }))}
      value={value === null ? [] : [value]}
      onChange={([route = null]) => onChange(route)}
      onOpen={() => setOpened(true)}
    >
      {called.data && offered.length === 0 && (
        <p className="px-2 py-1.5 text-ink-2 text-sm">No route was called in the last 24 hours.</p>
      )}
      {called.error && <p className="px-2 py-1.5 text-bad text-sm">The routes could not be read.</p>}
    </FilterChip>
  );
}
