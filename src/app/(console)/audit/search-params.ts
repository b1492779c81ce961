import { createLoader, parseAsArrayOf, parseAsNumberLiteral, parseAsStringLiteral } from "nuqs/server";
import { AUDIT_ACTION_NAMES, auditIdSchema, listAuditSchema } from "@/contracts/audit";
import { DEFAULT_PAGE_SIZE, PAGE_SIZES } from "@/contracts/lists";
import { parseAsText } from "@/lib/parse-as-text";

const { search, subjectId, actor, from, to, cursor } = listAuditSchema.shape;

/** State of the list in the address bar, parsed alike by the server's first paint and by the browser. */
export const auditListParsers = {
  search: parseAsText(search.unwrap()).withDefault(""),
  subject: parseAsText(subjectId.unwrap().unwrap()),
  actor: parseAsText(actor.unwrap().unwrap()),
  actions: parseAsArrayOf(parseAsStringLiteral(AUDIT_ACTION_NAMES)).withDefault([]),
  from: parseAsText(from.unwrap().unwrap()),
  to: parseAsText(to.unwrap().unwrap()),
  pageSize: parseAsNumberLiteral(PAGE_SIZES).withDefault(DEFAULT_PAGE_SIZE),
  cursor: parseAsText(cursor.unwrap().unwrap()),
};

/** Reads the list's state on the server. */
export const loadAuditListQuery = createLoader(auditListParsers);

/** The change whose sheet is open. */
export const openEventParser = parseAsText(auditIdSchema.shape.id);
