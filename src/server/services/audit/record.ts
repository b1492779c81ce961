import type { AuditAction } from "@/contracts/audit";
import type { Environment } from "@/contracts/environments";
import { type CleanJsonObject, cleanObject } from "@/contracts/json";
import { cleaned } from "@/contracts/text";
import { newId } from "@/server/core/ids";
import { redactKeys } from "@/server/core/key-format";
import { principalName } from "@/server/core/principal";
import type { Transaction } from "@/server/database/connections";
import { auditEvents } from "@/server/database/schema";
import type { ServiceContext } from "../context";

interface AuditEntry {
  action: AuditAction;
  subject: { id: string; name: string };
  environment: Environment | null;
  /** Fields before and after; only those that differ are kept. Must not hold a secret, a digest or a password hash. */
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** Whoever makes keys, or says where events are sent, decides about others, and administers, be it a person or a key. */
const DECIDES = /^(key|webhook)\./;

/**
 * Writes an audit row for each entry in the transaction of the change, so that there is neither a change without a row nor a row
 * without a change. What an API key does with records is not administration: it stands in the request log instead.
 *
 * Call it last, after notices, mails and findings. From here to its end the transaction holds the lock of the chain (see the
 * migration's function audit_events_append), and one that then waited for a row could wait for somebody who waits for the chain:
 * a notice refers to the row of whom it is for, which their sign-in holds until it is on record.
 */
export async function recordAudit(
  ctx: ServiceContext & { tx: Transaction },
  ...entries: readonly AuditEntry[]
): Promise<void> {
  const kept = ctx.principal.kind === "key" ? entries.filter(({ action }) => DECIDES.test(action)) : entries;
  if (kept.length === 0) return;
  // One statement: the function of the chain sees, for each of its rows, those before it.
  await ctx.tx.insert(auditEvents).values(kept.map((entry) => rowOf(ctx, entry)));
}

function rowOf({ principal, clock, requestId, ip }: ServiceContext, entry: AuditEntry) {
  const { before, after } = changedFields(entry.before, entry.after);
  return {
    id: newId("aud"),
    at: clock.now(),
    actorKind: principal.kind,
    actorId: principal.kind === "system" ? null : principal.id,
    actor: principalName(principal),
    action: entry.action,
    subjectId: entry.subject.id,
    subjectName: cleaned(redactKeys(entry.subject.name)),
    environment: entry.environment,
    before: withoutKeys(before),
    after: withoutKeys(after),
    requestId,
    ip,
  };
}

/** Reduces two states to the fields in which they differ; a creation has no before, a deletion no after. */
function changedFields(before: AuditEntry["before"], after: AuditEntry["after"]) {
  if (!before || !after) return { before: before ?? null, after: after ?? null };
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}

/**
 * The fields without the API keys in them. The contracts refuse a key in a text, but rows of before they did may hold one,
 * and what stands in the audit stands there for good.
 */
function withoutKeys(fields: Record<string, unknown> | null): CleanJsonObject | null {
  return fields && cleanObject(JSON.parse(redactKeys(JSON.stringify(fields))));
}
