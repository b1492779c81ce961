import { createHash } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import type { AuditHead } from "@/contracts/audit";
import { auditEvents } from "@/server/database/schema";

/**
 * The canonical form of an audit row, over which its hash goes. It is computed here from the stored values, in words of
 * our own, and not by the database's function audit_event_hash that wrote it: whoever can edit rows can edit that too.
 *
 *     hash = SHA-256( field field field … )      in this order:
 *     previous_hash (64 hex digits; zeros for the first row), position, id, at, actor_kind, actor_id, actor, action,
 *     subject_id, subject_name, environment, before, after, request_id, ip
 *
 * Each field is a netstring, `<octets in decimal>:<UTF-8 text>,`, or `-` for null, so that no two contents give the same
 * octets. `at` is UTC with milliseconds, `2026-11-23T12:30:30.000Z`, the precision of the column; `before` and `after`
 * are jsonb as Postgres writes it as text (members in its own order, a space after each colon and comma), which is the
 * same for the same stored value, also after a dump and a restore.
 *
 * A column that is added later joins at the end, and only where it is not null: so the rows of before keep their hashes.
 */
const FIELDS = {
  previousHash: sql<string>`encode(${auditEvents.previousHash}, 'hex')`,
  position: sql<string>`${auditEvents.position}::text`,
  id: sql<string>`${auditEvents.id}`,
  at: sql<string>`to_char(${auditEvents.at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  actorKind: sql<string>`${auditEvents.actorKind}`,
  actorId: sql<string | null>`${auditEvents.actorId}`,
  actor: sql<string>`${auditEvents.actor}`,
  action: sql<string>`${auditEvents.action}`,
  subjectId: sql<string>`${auditEvents.subjectId}`,
  subjectName: sql<string>`${auditEvents.subjectName}`,
  environment: sql<string | null>`${auditEvents.environment}`,
  before: sql<string | null>`${auditEvents.before}::text`,
  after: sql<string | null>`${auditEvents.after}::text`,
  requestId: sql<string | null>`${auditEvents.requestId}`,
  ip: sql<string | null>`${auditEvents.ip}`,
} satisfies Record<string, SQL>;

/** What a check reads of each row: the fields in canonical text, and the hash they must give. */
export const linkColumns = { ...FIELDS, hash: sql<string>`encode(${auditEvents.hash}, 'hex')` };

export type Link = { [Field in keyof typeof linkColumns]: string | null };

/** What comes before the first row. */
export const CHAIN_START: AuditHead = { position: 0, hash: "0".repeat(64) };

/** The hash that the content of a row gives, in hex. */
export function contentHash(link: Link): string {
  const names = Object.keys(FIELDS) as (keyof typeof FIELDS)[];
  const text = names.map((name) => netstring(link[name])).join("");
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function netstring(value: string | null): string {
  return value === null ? "-" : `${Buffer.byteLength(value, "utf8")}:${value},`;
}
