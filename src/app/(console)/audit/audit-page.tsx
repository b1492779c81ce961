"use client";

import { createSerializer, useQueryState } from "nuqs";
import { useEnvironment } from "@/components/environment-context";
import { ExportMenu } from "@/components/export-menu";
import { PageHeader } from "@/components/page-header";
import { AuditSheet } from "@/features/audit/audit-sheet";
import { Integrity } from "@/features/audit/integrity";
import { AuditList } from "@/features/audit/list/audit-list";
import { exportPath } from "@/features/audit/list/audit-list-query";
import { AUDIT_HEADING } from "@/features/audit/list/audit-list-skeleton";
import { useListQuery } from "@/lib/use-list-query";
import { auditListParsers, openEventParser } from "./search-params";

const pathWith = createSerializer({ ...auditListParsers, event: openEventParser });

/** The list with its state in the address bar, how far it was verified above it, and one change in full beside it. */
export function AuditPage() {
  const environment = useEnvironment();
  const [query, change] = useListQuery(auditListParsers);
  const [event, setEvent] = useQueryState("event", openEventParser.withOptions({ history: "push" }));
  return (
    <>
      <PageHeader
        {...AUDIT_HEADING}
        actions={
          <ExportMenu
            what="All changes that the filters let through"
            ndjson="for programs"
            hrefOf={(format) => exportPath(query, environment, format)}
          />
        }
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
