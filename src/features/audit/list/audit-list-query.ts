import type { ListAuditInput } from "@/contracts/audit";
import type { Environment } from "@/contracts/environments";

/** What the address bar says about the list; the environment comes from the top bar. */
export type AuditListQuery = Required<Omit<ListAuditInput, "environment" | "subjectId">> & {
  /** Id of what was changed. */
  subject: string | null;
};

/** What narrows the list, apart from the environment. */
export const NO_AUDIT_FILTERS: Omit<AuditListQuery, "pageSize" | "cursor"> = {
  search: "",
  subject: null,
  actor: null,
  actions: [],
  from: null,
  to: null,
};

/** Input of `audit.list`: the server's prefetch and the browser's query must build the very same. */
export function auditListInput(query: AuditListQuery, environment: Environment | null): ListAuditInput {
  const { search, subject, actor, actions, from, to, pageSize, cursor } = query;
  return { search, subjectId: subject, actor, actions, environment, from, to, pageSize, cursor };
}

/** Whether anything but the environment keeps changes out of the list. */
export function isNarrowed({ search, subject, actor, actions, from, to }: AuditListQuery): boolean {
  return search !== "" || actions.length > 0 || [subject, actor, from, to].some((value) => value !== null);
}

/** Where the list, as it is filtered, is given as a file. */
export function exportPath(
  query: AuditListQuery,
  environment: Environment | null,
  format: "csv" | "ndjson",
): string {
  const { search, subject, actor, actions, from, to } = query;
  const given = { search, subjectId: subject, actor, actions: actions.join(","), environment, from, to };
  const params = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(given)) if (value) params.set(name, value);
  return `/api/audit/export?${params}`;
}
