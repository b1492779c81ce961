"use client";

import { keepPreviousData } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FilterChip, SingleFilterChip } from "@/components/filter-chip";
import { ListSkeleton } from "@/components/list-skeleton";
import { PageHeader } from "@/components/page-header";
import { PagedTable } from "@/components/paged-table";
import { useMay } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { toast, toastFailure } from "@/components/ui/toast";
import { FINDING_KINDS, FINDING_SEVERITIES, FINDING_SEVERITY_NAMES, FINDINGS } from "@/contracts/findings";
import { useListState } from "@/lib/use-list-state";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { findingColumns, narrowFindingColumns } from "./finding-columns";
import { type FindingListState, findingList } from "./finding-list-state";
import { NothingFound } from "./finding-parts";
import { useMute } from "./mute-finding";

const HEADING = {
  title: "Findings",
  sub: "Keys to narrow, to retire or to look at, worked out every ten minutes and after each change of a key.",
};

interface FindingsScreenProps {
  /** The pages beside this one. */
  tabs: ReactNode;
  /** What was found about no key: that the log leaves calls out, on which what is found rests as well. */
  notice: ReactNode;
}

/** Every finding, the gravest first, each with its evidence and the one thing to do about it. */
export function FindingsScreen({ tabs, notice }: FindingsScreenProps) {
  const list = useListState(findingList);
  const mayManage = useMay("keys:manage");
  const mute = useMute();
  const page = trpc.findings.list.useQuery(list.input, { placeholderData: keepPreviousData });
  const asked = mayManage ? mute : null;
  return (
    <>
      <PageHeader {...HEADING} actions={mayManage && <CheckNow />} />
      {tabs}
      {notice}
      <PagedTable
        label="Findings"
        columns={findingColumns(asked)}
        narrowColumns={narrowFindingColumns(asked)}
        list={list}
        page={page}
        noun="finding"
        filters={<Filters list={list} />}
        rowKey={({ id }) => id}
        empty={<NothingFound />}
      />
      {mute.dialog}
    </>
  );
}

const KIND_OPTIONS = FINDING_KINDS.map((value) => ({ value, label: FINDINGS[value].label }));
const SEVERITY_OPTIONS = FINDING_SEVERITY_NAMES.map((value) => ({
  value,
  label: FINDING_SEVERITIES[value].label,
}));
const MUTED_OPTIONS = [{ value: "muted", label: "Muted" }] as const;

function Filters({ list: { state, change } }: { list: FindingListState }) {
  return (
    <>
      <FilterChip
        label="Severity"
        options={SEVERITY_OPTIONS}
        value={state.severities}
        onChange={(severities) => change({ severities })}
      />
      <FilterChip
        label="Kind"
        options={KIND_OPTIONS}
        value={state.kinds}
        onChange={(kinds) => change({ kinds })}
      />
      <SingleFilterChip
        label="State"
        options={MUTED_OPTIONS}
        value={state.muted ? "muted" : null}
        onChange={(muted) => change({ muted: muted !== null })}
      />
    </>
  );
}

/** Has every key looked at again, now. */
function CheckNow() {
  const refresh = useRefresh("findings");
  const check = trpc.findings.check.useMutation({
    onSuccess({ keys }) {
      refresh();
      toast({ text: `Looked at ${count(keys, "active key")}.` });
    },
    onError: toastFailure,
  });
  return (
    <Button pending={check.isPending} onClick={() => check.mutate()}>
      Check now
    </Button>
  );
}

/** Holds the place of the page while the server draws it. */
export function FindingsSkeleton({ tabs }: { tabs: ReactNode }) {
  return (
    <ListSkeleton
      heading={HEADING}
      label="Findings"
      columns={findingColumns(null)}
      narrowColumns={narrowFindingColumns(null)}
    >
      {tabs}
    </ListSkeleton>
  );
}
