"use client";

import { keepPreviousData } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { NotAllowed, NothingMatches } from "@/components/list-empty";
import { PageHeader } from "@/components/page-header";
import { PagedTable } from "@/components/paged-table";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { useToast } from "@/components/ui/toast";
import type { Environment } from "@/contracts/environments";
import { roleAllows, whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { useIsMobile } from "@/lib/use-is-mobile";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { findingColumns, narrowFindingColumns } from "./finding-columns";
import { FindingFilterBar } from "./finding-filters";
import { type FindingListQuery, isNarrowed, NO_FINDING_FILTERS } from "./finding-list-query";
import { NothingFound } from "./findings-empty";
import { FINDINGS_HEADING } from "./findings-skeleton";
import { useMute } from "./use-mute";

interface FindingsScreenProps {
  query: FindingListQuery;
  environment: Environment | null;
  /** Changes part of the query. Whoever holds the query starts again at the first page, unless a cursor is given. */
  onChange: (patch: Partial<FindingListQuery>) => void;
  /** The pages beside this one. */
  tabs: ReactNode;
  /** What was found about no key: that the log leaves calls out, on which what is found rests as well. */
  notice: ReactNode;
}

/** Every finding, the gravest first, each with its evidence and the one thing to do about it. */
export function FindingsScreen({ query, environment, onChange, tabs, notice }: FindingsScreenProps) {
  const mayManage = roleAllows(useSession().admin.role, "keys:manage");
  const narrow = useIsMobile();
  const mute = useMute();
  const list = trpc.findings.list.useQuery({ ...query, environment }, { placeholderData: keepPreviousData });
  const rows = list.data?.data ?? [];
  const columns = narrow ? narrowFindingColumns : findingColumns;
  return (
    <>
      <PageHeader {...FINDINGS_HEADING} actions={mayManage && <CheckNow />} />
      {tabs}
      {describeError(list.error).code === "permission_denied" ? (
        <NotAllowed nouns="findings" ask={whomToAsk("team:manage")} />
      ) : (
        <>
          {notice}
          <FindingFilterBar query={query} clearable={rows.length > 0} onChange={onChange} />
          <PagedTable
            label="Findings"
            columns={columns(mayManage ? mute : null)}
            list={list}
            query={query}
            onChange={onChange}
            nouns="findings"
            rowKey={({ id }) => id}
            empty={<Empty query={query} onChange={onChange} />}
          />
        </>
      )}
      {mute.dialog}
    </>
  );
}

/** Has every key looked at again, now. */
function CheckNow() {
  const utils = trpc.useUtils();
  const { toast } = useToast();
  const check = trpc.findings.check.useMutation({
    onSuccess({ keys }) {
      void utils.findings.invalidate();
      void utils.overview.invalidate();
      toast({ text: `Looked at ${count(keys, "active key")}.` });
    },
    onError(error) {
      const { message, requestId } = describeError(error);
      toast({ tone: "bad", text: message, requestId });
    },
  });
  return (
    <Button pending={check.isPending} onClick={() => check.mutate()}>
      Check now
    </Button>
  );
}

function Empty({ query, onChange }: Pick<FindingsScreenProps, "query" | "onChange">) {
  if (isNarrowed(query))
    return <NothingMatches noun="finding" onClear={() => onChange(NO_FINDING_FILTERS)} />;
  return <NothingFound />;
}
