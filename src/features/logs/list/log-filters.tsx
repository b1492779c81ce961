"use client";

import type { ReactNode } from "react";
import { ComboboxFilter } from "@/components/combobox-filter";
import { FilterBar, type FilterBarProps } from "@/components/filter-bar";
import { FilterChip } from "@/components/filter-chip";
import { FilterPopover } from "@/components/filter-popover";
import { onDemand } from "@/components/on-demand";
import { SearchInput } from "@/components/search-input";
import { ValueChoices, type ValueChoicesProps } from "@/components/value-choices";
import type { Environment } from "@/contracts/environments";
import { PROBLEM_CODES, PROBLEMS } from "@/contracts/problems";
import { REQUEST_METHODS, STATUS_CLASSES } from "@/contracts/request-queries";
import { REQUEST_LEVELS } from "@/contracts/requests";
import { idOf } from "@/lib/address-field";
import { trpc } from "@/trpc/client";
import { LEVELS } from "../log-columns";
import type { LogListState } from "../log-list-state";
import { TimeFilter } from "./time-filter";
import type { TypedFilterFormProps } from "./typed-filter-form";

const LEVEL_OPTIONS = REQUEST_LEVELS.map((value) => ({ value, label: LEVELS[value].label }));
const CLASS_WORDS = { "2xx": "2xx, succeeded", "4xx": "4xx, refused", "5xx": "5xx, failed" } as const;
const STATUS_OPTIONS = STATUS_CLASSES.map((value) => ({ value, label: CLASS_WORDS[value] }));
const CODE_OPTIONS = PROBLEM_CODES.map((value) => ({ value, label: `${PROBLEMS[value].status} ${value}` }));
const METHOD_OPTIONS = REQUEST_METHODS.map((value) => ({ value, label: value }));

const ROUTES_STALE_MS = 300_000;

const readRequestId = idOf("req");

const TypedFilterForm = onDemand(
  () => import("./typed-filter-form").then((module) => module.TypedFilterForm),
  <div className="h-16 w-72 max-w-full" />,
);

interface LogFilterBarProps {
  list: LogListState;
  /** Those of keys and customers belong to them, so the page hands them in. */
  otherFilters: ReactNode;
  rows: FilterBarProps["rows"];
}

/** Search and filters of the log. */
export function LogFilterBar({ list, otherFilters, rows }: LogFilterBarProps) {
  const { state, environment, change } = list;
  return (
    <FilterBar list={list} rows={rows}>
      <SearchInput
        label="Search path, query or refusal"
        value={state.search}
        onChange={(search) => change({ search })}
      />
      {/* A request id names its call, whenever that was. */}
      {state.requestId === null && <TimeFilter value={state} onChange={(time) => change(time, "push")} />}
      <FilterChip
        label="Level"
        options={LEVEL_OPTIONS}
        value={state.levels}
        onChange={(levels) => change({ levels })}
      />
      <FilterChip
        label="Status"
        options={STATUS_OPTIONS}
        value={state.statuses}
        onChange={(statuses) => change({ statuses })}
      />
      <FilterChip
        label="Code"
        options={CODE_OPTIONS}
        value={state.codes}
        onChange={(codes) => change({ codes })}
      />
      <FilterChip
        label="Method"
        options={METHOD_OPTIONS}
        value={state.methods}
        onChange={(methods) => change({ methods })}
      />
      <ComboboxFilter label="Route" value={state.route} onChange={(route) => change({ route })}>
        {(onPick) => <RouteChoices value={state.route} environment={environment} onPick={onPick} />}
      </ComboboxFilter>
      {otherFilters}
      <TypedFilter
        label="Address"
        example="198.51.100.7"
        field="address"
        value={state.address}
        onChange={(address) => change({ address })}
      />
      <TypedFilter
        label="Request id"
        example="req_…"
        field="requestId"
        value={state.requestId}
        onChange={(text) => change({ requestId: text === null ? null : readRequestId(text) })}
      />
    </FilterBar>
  );
}

interface RouteChoicesProps extends Pick<ValueChoicesProps, "value" | "onPick"> {
  environment: Environment | null;
}

/** The routes that were called in the last day; any other can be typed. */
function RouteChoices({ environment, ...props }: RouteChoicesProps) {
  const called = trpc.requests.routes.useQuery({ environment }, { staleTime: ROUTES_STALE_MS });
  return (
    <ValueChoices
      {...props}
      label="Find a route"
      values={called.data}
      failed={called.isError}
      none="No route was called in the last 24 hours."
    />
  );
}

/** A filter by something that is typed or pasted whole. */
function TypedFilter(props: Omit<TypedFilterFormProps, "onApplied">) {
  const { label, value, onChange } = props;
  return (
    <FilterPopover label={label} chosen={value} onClear={() => onChange(null)}>
      {(close) => <TypedFilterForm {...props} onApplied={close} />}
    </FilterPopover>
  );
}
