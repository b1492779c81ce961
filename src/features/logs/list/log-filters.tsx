"use client";

import type { ReactNode } from "react";
import { z } from "zod";
import { ComboboxFilter } from "@/components/combobox-filter";
import { FilterBar, type FilterBarProps } from "@/components/filter-bar";
import { FilterChip } from "@/components/filter-chip";
import { FilterPopover } from "@/components/filter-popover";
import { TextField } from "@/components/form-fields";
import { SearchInput } from "@/components/search-input";
import { Button } from "@/components/ui/button";
import { ValueChoices, type ValueChoicesProps } from "@/components/value-choices";
import type { Environment } from "@/contracts/environments";
import { PROBLEM_CODES, PROBLEMS } from "@/contracts/problems";
import { REQUEST_METHODS, STATUS_CLASSES } from "@/contracts/request-queries";
import { REQUEST_LEVELS } from "@/contracts/requests";
import { requestFilterSchema } from "@/contracts/schemas/request-queries";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { LEVELS } from "../log-columns";
import type { LogListState } from "../log-list-state";
import { TimeFilter } from "./time-filter";

const LEVEL_OPTIONS = REQUEST_LEVELS.map((value) => ({ value, label: LEVELS[value].label }));
const CLASS_WORDS = { "2xx": "2xx, succeeded", "4xx": "4xx, refused", "5xx": "5xx, failed" } as const;
const STATUS_OPTIONS = STATUS_CLASSES.map((value) => ({ value, label: CLASS_WORDS[value] }));
const CODE_OPTIONS = PROBLEM_CODES.map((value) => ({ value, label: `${PROBLEMS[value].status} ${value}` }));
const METHOD_OPTIONS = REQUEST_METHODS.map((value) => ({ value, label: value }));

const ROUTES_STALE_MS = 300_000;
const { address, requestId } = requestFilterSchema.shape;

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
        schema={address.unwrap().unwrap()}
        value={state.address}
        onChange={(address) => change({ address })}
      />
      <TypedFilter
        label="Request id"
        example="req_…"
        schema={requestId.unwrap().unwrap()}
        value={state.requestId}
        onChange={(requestId) => change({ requestId })}
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

interface TypedFilterProps<Value extends string> {
  label: string;
  /** What the field is to hold, as an example. */
  example: string;
  schema: z.ZodType<Value>;
  value: Value | null;
  onChange: (value: Value | null) => void;
}

/** A filter by something that is typed or pasted whole. */
function TypedFilter<Value extends string>(props: TypedFilterProps<Value>) {
  const { label, value, onChange } = props;
  return (
    <FilterPopover label={label} chosen={value} onClear={() => onChange(null)}>
      {(close) => <TypedForm {...props} onApplied={close} />}
    </FilterPopover>
  );
}

function TypedForm<Value extends string>({
  label,
  example,
  schema,
  value,
  onChange,
  onApplied,
}: TypedFilterProps<Value> & { onApplied: () => void }) {
  const given: { text: string } = { text: value ?? "" };
  const form = useZodForm({
    defaultValues: given,
    schema: z.strictObject({ text: schema }),
    toInput: ({ text }) => ({ text: text.trim() }),
    send({ text }) {
      onChange(text);
      onApplied();
    },
  });
  return (
    <form onSubmit={form.submit} className="flex w-72 max-w-full items-start gap-2 p-1">
      <TextField
        control={form.control}
        name="text"
        label={<span className="sr-only">{label}</span>}
        wordsFor={() => `Must be of the form ${example}`}
        mono
        placeholder={example}
        spellCheck={false}
        className="flex-1"
      />
      <Button type="submit" className="mt-6.5">
        Apply
      </Button>
    </form>
  );
}
