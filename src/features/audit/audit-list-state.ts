import { AUDIT_ACTION_NAMES, isAuditDay } from "@/contracts/audit";
import { optional, orElse, someOf, textOf, textThat } from "@/lib/address-field";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The changes on record, in the address bar. */
export const auditList = defineListState({
  filters: {
    search: orElse(textOf(0, 100), ""),
    subjectId: optional(textOf(1, 100)),
    actor: optional(textOf(1, 254)),
    actions: someOf(AUDIT_ACTION_NAMES),
    from: optional(textThat(isAuditDay)),
    to: optional(textThat(isAuditDay)),
  },
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
