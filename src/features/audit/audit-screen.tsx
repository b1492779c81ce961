"use client";

import { ExportMenu } from "@/components/export-menu";
import { ListSkeleton } from "@/components/list-skeleton";
import { onDemand } from "@/components/on-demand";
import { PageHeader } from "@/components/page-header";
import { idOf } from "@/lib/address-field";
import { useListState } from "@/lib/use-list-state";
import { useOpenRow } from "@/lib/use-open-row";
import { AUDIT_COLUMNS, AuditList, NARROW_AUDIT_COLUMNS } from "./audit-list";
import { auditExportHref, auditList } from "./audit-list-state";
import { Integrity } from "./integrity";

const AuditSheet = onDemand(() => import("./audit-sheet").then((module) => module.AuditSheet));

const readEventId = idOf("aud");

const HEADING = {
  title: "Audit",
  sub: "Every change that administrators made, or keys that manage others: who, what, when, from where, before and after. Nothing here can be edited.",
};

/** How far the audit was verified, the list below it, and one change in full beside it. */
export function AuditScreen() {
  const list = useListState(auditList);
  const event = useOpenRow("event", readEventId);
  return (
    <>
      <PageHeader
        {...HEADING}
        actions={
          <ExportMenu
            what="All changes that the filters let through"
            ndjson="for programs"
            hrefOf={(format) => auditExportHref(list, format)}
          />
        }
      />
      <Integrity />
      <AuditList list={list} hrefOf={({ id }) => event.hrefOf(id)} onOpen={({ id }) => event.show(id)} />
      {event.open && <AuditSheet id={event.open} onClose={event.close} />}
    </>
  );
}

/** Holds the place of the page while the server draws it. */
export function AuditSkeleton() {
  return (
    <ListSkeleton
      heading={HEADING}
      label="Changes"
      columns={AUDIT_COLUMNS}
      narrowColumns={NARROW_AUDIT_COLUMNS}
    >
      {/* How far it was verified. */}
      <div className="mb-4 h-12" />
    </ListSkeleton>
  );
}
