"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { NotAllowed, NothingMatches } from "@/components/list-empty";
import { PagedTable } from "@/components/paged-table";
import type { AuditEventView } from "@/contracts/audit";
import type { Environment } from "@/contracts/environments";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { useIsMobile } from "@/lib/use-is-mobile";
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
  const narrow = useIsMobile();
  const list = trpc.audit.list.useQuery(auditListInput(query, environment), {
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.data ?? [];
  if (describeError(list.error).code === "permission_denied")
    return <NotAllowed nouns="the audit" ask={whomToAsk("team:manage")} />;
  return (
    <>
      <AuditFilterBar query={query} clearable={rows.length > 0} onChange={onChange} />
      <PagedTable
        label="Changes"
        columns={narrow ? NARROW_AUDIT_COLUMNS : AUDIT_COLUMNS}
        list={list}
        query={query}
        onChange={onChange}
        nouns="changes"
        rowKey={({ id }) => id}
        rowHref={hrefOf}
        onRowOpen={onOpen}
        empty={<Empty query={query} environment={environment} onChange={onChange} />}
      />
    </>
  );
}

/** Why there are no rows: the filters let nothing through, or there is nothing yet. */
function Empty({ query, environment, onChange }: Pick<AuditListProps, "query" | "environment" | "onChange">) {
  if (isNarrowed(query)) return <NothingMatches noun="change" onClear={() => onChange(NO_AUDIT_FILTERS)} />;
  return <NothingYet environment={environment} />;
}
