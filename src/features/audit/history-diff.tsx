import type { ReactNode } from "react";
import { fieldWords, recordedLabel, recordedMember, recordedText } from "@/components/recorded-words";
import type { AuditAction } from "@/contracts/audit";
import { cn } from "@/lib/cn";

/** The fields of a record before and after a change; a creation has no before, a deletion no after. */
export interface RecordedChange {
  action: AuditAction;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

interface HistoryDiffProps {
  change: RecordedChange;
  /** Shows what a creation set, too. */
  unfolded?: boolean;
}

/**
 * Before and after of one change, a line per field. What a creation set is folded away unless told otherwise: the page of
 * the record shows most of it.
 */
export function HistoryDiff({ change: { action, before, after }, unfolded = false }: HistoryDiffProps) {
  if (before && after) {
    return (
      <Lines>
        {Object.keys(after).map((field) => (
          <Line key={field} field={field} action={action}>
            <Change field={field} action={action} before={before[field]} after={after[field]} />
          </Line>
        ))}
      </Lines>
    );
  }
  const state = after ?? before;
  if (!state) return null;
  return (
    <details className="mt-1 text-ink-2" open={unfolded}>
      <summary className="w-fit rounded-xs text-xs hover:text-ink">
        {after ? "What was set" : "What it was"}
      </summary>
      <Lines>
        {Object.entries(state).map(([field, value]) => (
          <Line key={field} field={field} action={action}>
            {recordedText(action, field, value)}
          </Line>
        ))}
      </Lines>
    </details>
  );
}

function Lines({ children }: { children: ReactNode }) {
  return (
    <dl className="mt-1.5 grid grid-cols-[96px_minmax(0,1fr)] gap-x-3 gap-y-1 border-l-2 pl-3">{children}</dl>
  );
}

function Line({ field, action, children }: { field: string; action: AuditAction; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{recordedLabel(action, field)}</dt>
      <dd
        className={cn(
          "min-w-0 break-words text-ink-2 tabular-nums",
          fieldWords(action, field)?.mono && "mono",
        )}
      >
        {children}
      </dd>
    </>
  );
}

interface ChangeProps {
  field: string;
  action: AuditAction;
  before: unknown;
  after: unknown;
}

/** Lists as what came and what went, everything else as the old value and the new one. */
function Change({ field, action, before, after }: ChangeProps) {
  const members = setChange((member) => recordedMember(action, field, member), before, after);
  if (members) {
    return (
      <>
        {members.removed.map((text) => (
          <del key={text} className="mr-3 inline-block text-bad no-underline">
            − {text}
          </del>
        ))}
        {members.added.map((text) => (
          <ins key={text} className="mr-3 inline-block text-ok no-underline">
            + {text}
          </ins>
        ))}
      </>
    );
  }
  return (
    <>
      <del className="text-ink-3 line-through">{recordedText(action, field, before)}</del>
      <span aria-hidden className="px-1.5 text-ink-3">
        →
      </span>
      <ins className="text-ink no-underline">{recordedText(action, field, after)}</ins>
    </>
  );
}

/** What came to a list and what left it; null where one of the two is no list with members to name. */
function setChange(
  wordOf: (member: unknown) => string,
  before: unknown,
  after: unknown,
): { added: string[]; removed: string[] } | null {
  if (!Array.isArray(before) || !Array.isArray(after)) return null;
  const [was, is] = [before, after].map((members) => members.map((member) => wordOf(member)));
  if (!was || !is || was.length === 0 || is.length === 0) return null;
  return {
    added: is.filter((member) => !was.includes(member)),
    removed: was.filter((member) => !is.includes(member)),
  };
}
