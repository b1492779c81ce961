"use client";

import { createSerializer, useQueryState, useQueryStates } from "nuqs";
import { useEnvironment } from "@/components/environment-context";
import { PageHeader } from "@/components/page-header";
import { AuditSheet } from "@/features/audit/audit-sheet";
import { ExportMenu } from "@/features/audit/export-menu";
import { Integrity } from "@/features/audit/integrity";
import { AuditList } from "@/features/audit/list/audit-list";
import { type AuditListQuery, exportPath } from "@/features/audit/list/audit-list-query";
import { AUDIT_HEADING } from "@/features/audit/list/audit-list-skeleton";
import { auditListParsers, openEventParser } from "./search-params";

const pathWith = createSerializer({ ...auditListParsers, event: openEventParser });

/** The list with its state in the address bar, how far it was verified above it, and one change in full beside it. */
export function AuditPage() {
  const environment = useEnvironment();
  const [query, setQuery] = useQueryStates(auditListParsers);
  const [event, setEvent] = useQueryState("event", openEventParser.withOptions({ history: "push" }));
  const change = (patch: Partial<AuditListQuery>) => {
    // Pages are places to come back to; the steps of narrowing a list are not. A cursor is a position in one list only.
    const history = patch.cursor === undefined ? "replace" : "push";
    void setQuery({ cursor: null, ...patch }, { history });
  };
  return (
    <>
      <PageHeader
        {...AUDIT_HEADING}
        actions={<ExportMenu pathOf={(format) => exportPath(query, environment, format)} />}
      />
      <Integrity />
      <AuditList
        query={query}
        environment={environment}
        onChange={change}
        hrefOf={({ id }) => pathWith("/audit", { ...query, event: id })}
        onOpen={({ id }) => void setEvent(id)}
      />
      <AuditSheet
        id={event}
        onClose={() => void setEvent(null)}
        historyOf={(subject) => pathWith("/audit", { subject })}
      />
    </>
  );
}
