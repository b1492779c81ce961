"use client";

import { ErrorNotice } from "@/components/error-notice";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { CheckResult, CheckState } from "@/contracts/doctor";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "./section";

/** What doctor would say, of the process that answers. Nothing to set. */
export function ChecksSection() {
  const checks = trpc.settings.checks.useQuery();
  return (
    <SettingsSection
      id="checks"
      title="Checks"
      description={
        <p>
          Whether this installation is set up as it should be.{" "}
          <code className="mono">npm run cli -- doctor</code> says the same.
        </p>
      }
    >
      <CardContent>
        {checks.error ? (
          <ErrorNotice error={checks.error} onRetry={() => void checks.refetch()} />
        ) : checks.data ? (
          <CheckList checks={checks.data} />
        ) : (
          <Skeleton className="w-72" />
        )}
      </CardContent>
    </SettingsSection>
  );
}

const STATES: Record<CheckState, { words: string; className: string }> = {
  error: { words: "Error", className: "text-bad" },
  warning: { words: "Warning", className: "text-warn" },
  ok: { words: "OK", className: "text-ink-2" },
};

/** What is wrong first, each with what to do about it; what is well in one line each below. */
export function CheckList({ checks }: { checks: readonly CheckResult[] }) {
  const order = Object.keys(STATES);
  const sorted = checks.toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  return (
    <ul className="space-y-2">
      {sorted.map(({ check, state, says, cure }) => (
        <li key={check} className="text-pretty text-sm">
          <span className={STATES[state].className}>
            {STATES[state].words} · {check}:
          </span>{" "}
          {says}
          {cure && <span className="mt-0.5 block break-words text-ink-2">{cure}</span>}
        </li>
      ))}
    </ul>
  );
}
