import type { ReactNode } from "react";
import type { AuditEventView } from "@/contracts/audit";
import { cn } from "@/lib/cn";
import { auditFieldLabel, auditValueText, isMonoField, setChange } from "./audit-values";

/** Before and after of one change, a line per field. What a creation set is folded away: the page shows most of it. */
export function AuditDiff({ event }: { event: AuditEventView }) {
  const { before, after } = event;
  if (before && after) {
    return (
      <Lines>
        {Object.keys(after).map((field) => (
          <Line key={field} field={field}>
            <Change field={field} before={before[field]} after={after[field]} />
          </Line>
        ))}
      </Lines>
    );
  }
  const state = after ?? before;
  if (!state) return null;
  return (
    <details className="mt-1 text-ink-2">
      <summary className="w-fit rounded-xs text-xs hover:text-ink">
        {after ? "What was set" : "What it was"}
      </summary>
      <Lines>
        {Object.entries(state).map(([field, value]) => (
          <Line key={field} field={field}>
            {auditValueText(field, value)}
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

function Line({ field, children }: { field: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{auditFieldLabel(field)}</dt>
      <dd className={cn("min-w-0 break-words text-ink-2 tabular-nums", isMonoField(field) && "mono")}>
        {children}
      </dd>
    </>
  );
}

interface ChangeProps {
  field: string;
  before: unknown;
  after: unknown;
}

/** Lists as what came and what went, everything else as the old value and the new one. */
function Change({ field, before, after }: ChangeProps) {
  const members = setChange(field, before, after);
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
      <del className="text-ink-3 line-through">{auditValueText(field, before)}</del>
      <span aria-hidden className="px-1.5 text-ink-3">
        →
      </span>
      <ins className="text-ink no-underline">{auditValueText(field, after)}</ins>
    </>
  );
}
