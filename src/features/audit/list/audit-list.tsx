"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { DataTable } from "@/components/data-table";
import { ErrorNotice } from "@/components/error-notice";
import { NotAllowed, NothingHere, NothingMatches } from "@/components/list-empty";
import type { AuditEventView } from "@/contracts/audit";
import type { Environment } from "@/contracts/environments";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { useNarrow } from "@/lib/use-narrow";
import { trpc } from "@/trpc/client";
import { AUDIT_COLUMNS, NARROW_AUDIT_COLUMNS } from "./audit-columns";
import { AuditFilterBar } from "./audit-filters";
import { NothingYet } from "./audit-list-empty";
import { type AuditListQuery, auditListInput, isNarrowed, NO_AUDIT_FILTERS } from "./audit-list-query";

interface AuditListProps {
  query: AuditListQuery;
  environment: Environment | null;
  /** Changes part of the query. Whoever holds the query starts again at the first page, unless a cursor is given. */
  onChange: (patch: Partial<AuditListQuery>) => void;
  /** Where one change is shown, for those who want it in a tab of its own. */
  hrefOf: (event: AuditEventView) => string;
  onOpen: (event: AuditEventView) => void;
}

/** Every change on record, or those that the filters let through, newest first. */
export function AuditList({ query, environment, onChange, hrefOf, onOpen }: AuditListProps) {
  const narrow = useNarrow();
  const list = trpc.audit.list.useQuery(auditListInput(query, environment), {
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.data ?? [];
  // A cursor from an old bookmark may be what is wrong; without it the list can be asked for again.
  const retry = () => (query.cursor === null ? void list.refetch() : onChange({ cursor: null }));
  if (describeError(list.error).code === "permission_denied")
    return <NotAllowed nouns="the audit" ask={whomToAsk("team:manage")} />;
  return (
    <>
      <AuditFilterBar query={query} clearable={rows.length > 0} onChange={onChange} />
      {list.error && <ErrorNotice error={list.error} onRetry={retry} className="mb-3" />}
      {(list.data || !list.error) && (
        <DataTable
          label="Changes"
          columns={narrow ? NARROW_AUDIT_COLUMNS : AUDIT_COLUMNS}
          rows={rows}
          rowKey={({ id }) => id}
          rowHref={hrefOf}
          onRowOpen={onOpen}
          loading={list.isPending}
          stale={list.isPlaceholderData}
          empty={<Empty query={query} environment={environment} onChange={onChange} />}
          paging={{
            pageSize: query.pageSize,
            onPageSizeChange: (pageSize) => onChange({ pageSize }),
            previousCursor: list.data?.previousCursor ?? null,
            nextCursor: list.data?.nextCursor ?? null,
            onCursorChange: (cursor) => onChange({ cursor }),
          }}
        />
      )}
    </>
  );
}

/** Why there are no rows: the list has ended, the filters let nothing through, or there is nothing yet. */
function Empty({ query, environment, onChange }: Pick<AuditListProps, "query" | "environment" | "onChange">) {
  if (query.cursor !== null)
    return <NothingHere nouns="changes" onFirstPage={() => onChange({ cursor: null })} />;
  if (isNarrowed(query)) return <NothingMatches noun="change" onClear={() => onChange(NO_AUDIT_FILTERS)} />;
  return <NothingYet environment={environment} />;
}
