"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { ColumnChartSkeleton } from "@/components/column-chart";
import { ComboboxFilter } from "@/components/combobox-filter";
import { ErrorNotice } from "@/components/error-notice";
import { FilterBar } from "@/components/filter-bar";
import { SingleFilterChip } from "@/components/filter-chip";
import { NotAllowed } from "@/components/list-empty";
import { TableSkeleton } from "@/components/list-skeleton";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";
import { Card, CardContent } from "@/components/ui/card";
import { Select } from "@/components/ui/select";
import { ValueChoices, type ValueChoicesProps } from "@/components/value-choices";
import { whomToAsk } from "@/contracts/roles";
import { idOf } from "@/lib/address-field";
import { describeError } from "@/lib/errors";
import { useListState } from "@/lib/use-list-state";
import { useOpenRow } from "@/lib/use-open-row";
import { trpc } from "@/trpc/client";
import { TelemetryChart, TelemetryStats } from "./telemetry-chart";
import { NARROW_TELEMETRY_COLUMNS, TELEMETRY_COLUMNS } from "./telemetry-columns";
import { TelemetryList } from "./telemetry-list";
import {
  chartInput,
  daysShown,
  instantsShown,
  type TelemetryListState,
  telemetryList,
  telemetryListInput,
} from "./telemetry-list-state";

const HEADING = {
  title: "Telemetry",
  sub: "What apps in the field report. Odd events are stored and flagged, never refused. Days are UTC days.",
};

const readEventId = idOf("evt");

interface TelemetryScreenProps {
  list: ReturnType<typeof useTelemetryList>;
  /** The UTC day on which the server drew the page. */
  today: string;
  /** What else can be done with the events; belongs to the page. */
  actions: ReactNode;
  /** Stands above the filters. */
  banner: ReactNode;
}

/** Figures, chart and list of what apps report. */
export function TelemetryScreen({ list, today, actions, banner }: TelemetryScreenProps) {
  const { state, environment, change } = list;
  const days = trpc.telemetry.byDay.useQuery(chartInput(state, environment, today), {
    placeholderData: keepPreviousData,
  });
  const page = trpc.telemetry.list.useQuery(telemetryListInput(list.input, today), {
    placeholderData: keepPreviousData,
  });
  if (describeError(days.error).code === "permission_denied") {
    return (
      <>
        <PageHeader {...HEADING} />
        <NotAllowed nouns="telemetry" ask={whomToAsk("team:manage")} />
      </>
    );
  }
  return (
    <>
      <PageHeader {...HEADING} actions={actions} />
      {banner}
      <FilterBar list={list} rows={page.data?.data}>
        <Filters list={list} today={today} />
      </FilterBar>
      {days.error ? (
        <ErrorNotice error={days.error} onRetry={() => days.refetch()} className="mb-4" />
      ) : (
        <Card aria-label="Events per day" className="mb-4">
          <TelemetryStats days={days.data} />
          <CardContent>
            {days.data ? (
              <TelemetryChart
                days={days.data}
                stale={days.isPlaceholderData}
                onSelectDays={(from, to) => change({ from, to }, "push")}
              />
            ) : (
              <ColumnChartSkeleton />
            )}
          </CardContent>
        </Card>
      )}
      <TelemetryList list={list} page={page} event={list.event} />
    </>
  );
}

/** The list, and the event whose payload is open. Every change makes another list, in which that event need not be. */
export function useTelemetryList() {
  const list = useListState(telemetryList);
  const event = useOpenRow("event", readEventId);
  const change: TelemetryListState["change"] = (patch, history) => {
    event.close();
    list.change(patch, history);
  };
  return { ...list, event, change, clear: () => change(telemetryList.empty) };
}

const PERIOD_OPTIONS = [
  { value: "1", label: "Today" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
] as const;

const FLAGGED_OPTIONS = [
  { value: "yes", label: "Flagged" },
  { value: "no", label: "Not flagged" },
] as const;

interface FiltersProps {
  list: TelemetryListState;
  today: string;
}

/** The days that the page is about, and what the list is narrowed to. */
function Filters({ list, today }: FiltersProps) {
  const { state, change } = list;
  const days = daysShown(state, today);
  return (
    <>
      {days.to === null ? (
        <Select
          aria-label="Days"
          size="sm"
          value={state.period}
          onValueChange={(period) => change({ period })}
          options={PERIOD_OPTIONS}
          className="w-28"
        />
      ) : (
        <Button size="sm" onClick={() => change({ from: null, to: null }, "push")}>
          <span className="tabular-nums">
            {days.from === days.to ? days.from : `${days.from} to ${days.to}`}
          </span>
          <X aria-hidden />
          <span className="sr-only">, show the last {state.period} days again</span>
        </Button>
      )}
      <NameFilter of="type" list={list} today={today} />
      <NameFilter of="product" list={list} today={today} />
      <SingleFilterChip
        label="Flags"
        options={FLAGGED_OPTIONS}
        value={state.flagged}
        onChange={(flagged) => change({ flagged })}
      />
    </>
  );
}

const NAMES = {
  type: { label: "Type", searchLabel: "Find a type" },
  product: { label: "Product", searchLabel: "Find a product" },
} as const;

interface NameFilterProps extends FiltersProps {
  of: keyof typeof NAMES;
}

function NameFilter(props: NameFilterProps) {
  const { of, list } = props;
  return (
    <ComboboxFilter
      label={NAMES[of].label}
      value={list.state[of]}
      onChange={(name) => list.change({ [of]: name })}
    >
      {(onPick) => <NameChoices {...props} onPick={onPick} />}
    </ComboboxFilter>
  );
}

function NameChoices({ of, list, today, onPick }: NameFilterProps & Pick<ValueChoicesProps, "onPick">) {
  const { state, environment } = list;
  const { from } = instantsShown(state, today);
  const names = trpc.telemetry.names.useQuery({ of, environment, from });
  return (
    <ValueChoices
      label={NAMES[of].searchLabel}
      value={state[of]}
      onPick={onPick}
      values={names.data}
      failed={names.isError}
    />
  );
}

/** Holds the place of the page while the server draws it. */
export function TelemetrySkeleton() {
  return (
    <>
      <PageHeader {...HEADING} />
      <div className="mb-3 h-8" />
      <Card className="mb-4">
        <TelemetryStats days={undefined} />
        <CardContent>
          <ColumnChartSkeleton />
        </CardContent>
      </Card>
      <TableSkeleton label="Events" columns={TELEMETRY_COLUMNS} narrowColumns={NARROW_TELEMETRY_COLUMNS} />
    </>
  );
}
