import { listAuditSchema } from "@/contracts/schemas/audit";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The changes on record, in the address bar. */
export const auditList = defineListState(listAuditSchema, {
  filters: ["search", "subjectId", "actor", "actions", "from", "to"],
});

export type AuditListState = ListStateOf<typeof auditList>;

/** Where the list, as it is filtered, is given as a file. */
export function auditExportHref({ state, environment }: AuditListState, format: "csv" | "ndjson"): string {
  const { actions, limit: _limit, cursor: _cursor, ...filters } = state;
  const given = { ...filters, actions: actions.join(","), environment };
  const params = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(given)) if (value) params.set(name, value);
  return `/api/audit/export?${params}`;
}
