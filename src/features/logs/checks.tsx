import { Check as CheckMark, Minus, X } from "lucide-react";
import { CHECK_DETAILS, type Check, type LimitReading, type TraceStep } from "@/contracts/requests";
import { cn } from "@/lib/cn";

const OUTCOMES = {
  passed: { icon: CheckMark, word: "passed", className: "text-ok" },
  refused: { icon: X, word: "refused", className: "text-bad" },
  skipped: { icon: Minus, word: "not reached", className: "text-ink-3" },
} as const satisfies Record<TraceStep["outcome"], unknown>;

interface ChecksProps {
  steps: readonly TraceStep[];
  /** What the caller was told by the check that refused. */
  code: string | null;
  /** What checks that passed had to do with. */
  remarks: Partial<Record<Check, string>>;
}

/** The checks of the gateway in their order, with what each found. */
export function Checks({ steps, code, remarks }: ChecksProps) {
  return (
    <ol className="space-y-1">
      {steps.map(({ check, outcome }) => {
        const { icon: Icon, word, className } = OUTCOMES[outcome];
        const { label, question } = CHECK_DETAILS[check];
        const remark = outcome === "passed" ? remarks[check] : undefined;
        return (
          <li
            key={check}
            className="grid grid-cols-[16px_minmax(144px,1fr)_minmax(0,2fr)] items-baseline gap-x-2"
          >
            <Icon aria-hidden className={cn("mt-0.5 size-4 self-start", className)} />
            <span title={question} className={outcome === "refused" ? "font-medium text-bad" : undefined}>
              {label}
            </span>
            <span className={cn("break-words", outcome === "refused" ? "text-bad" : "text-ink-3")}>
              {outcome === "refused" ? (code ?? word) : word}
              {remark && `: ${remark}`}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** What the gateway found on its way through the checks. */
interface CheckContext {
  key: { name: string } | null;
  usedSecret: "previous" | null;
  limits: readonly LimitReading[] | null;
  permission: string | null;
}

/** What each check had to do with, as far as it is known. */
export function remarksOf({ key, usedSecret, limits, permission }: CheckContext): ChecksProps["remarks"] {
  return {
    ...(key ? { known: usedSecret ? `${key.name}, by its ${usedSecret} secret` : key.name } : {}),
    ...(limits ? { limit: limits.map(limitRemark).join(", ") } : {}),
    permission: permission ?? "none is needed",
  };
}

const limitRemark = ({ name, limit, remaining }: LimitReading) =>
  `${remaining} of ${limit} left this ${name}`;
