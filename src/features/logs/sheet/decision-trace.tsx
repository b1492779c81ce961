import { Check, Minus, X } from "lucide-react";
import { Note } from "@/components/note";
import type { RequestDetail } from "@/contracts/request-queries";
import { CHECK_DETAILS, decisionTrace, type TraceStep } from "@/contracts/requests";
import { cn } from "@/lib/cn";

const OUTCOMES = {
  passed: { icon: Check, word: "passed", className: "text-ok" },
  refused: { icon: X, word: "refused", className: "text-bad" },
  skipped: { icon: Minus, word: "not reached", className: "text-ink-3" },
} as const satisfies Record<TraceStep["outcome"], unknown>;

/** The checks at the door in their order, with what each found. */
export function DecisionTrace({ call }: { call: RequestDetail }) {
  if (call.route === null && call.refusedBy === null) {
    return <Note>No route serves this method and path, so there was nothing to check.</Note>;
  }
  if (call.key === null && call.refusedBy === null) {
    return <Note>This route is open to everybody, so there was nothing to check.</Note>;
  }
  return (
    <ol className="space-y-1">
      {decisionTrace(call.refusedBy).map((step) => (
        <Step key={step.check} step={step} call={call} />
      ))}
    </ol>
  );
}

function Step({ step: { check, outcome }, call }: { step: TraceStep; call: RequestDetail }) {
  const { icon: Icon, word, className } = OUTCOMES[outcome];
  const { label, question } = CHECK_DETAILS[check];
  return (
    <li className="grid grid-cols-[16px_minmax(110px,1fr)_minmax(0,2fr)] items-baseline gap-x-2">
      <Icon aria-hidden className={cn("size-4 self-center", className)} />
      <span title={question} className={outcome === "refused" ? "font-medium text-bad" : undefined}>
        {label}
      </span>
      <span className={cn("break-words", outcome === "refused" ? "text-bad" : "text-ink-3")}>
        {outcome === "refused" ? (call.code ?? word) : word}
        {outcome === "passed" && remark(check, call)}
      </span>
    </li>
  );
}

/** What a check that passed had to do with. */
function remark(check: TraceStep["check"], { key, permission, limits }: RequestDetail): string {
  if (check === "known" && key) return `: ${key.name}`;
  if (check === "permission") return permission ? `: ${permission}` : ": none is needed";
  if (check !== "limit" || !limits) return "";
  return `: ${limits.map(({ name, limit, remaining }) => `${remaining} of ${limit} left this ${name}`).join(", ")}`;
}
