"use client";

import { ShieldAlert, ShieldCheck, ShieldQuestion } from "lucide-react";
import type { ReactNode } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { AuditIntegrity } from "@/contracts/audit";
import { cn } from "@/lib/cn";
import { trpc } from "@/trpc/client";

/** Whether there is more to check, and nothing wrong so far. */
function goesOn({ checked, newest }: AuditIntegrity): boolean {
  return checked !== null && !checked.broken && checked.position < newest;
}

/** Checks from the first row to the last, in as many calls as it takes; the strip follows along. */
function useCheck() {
  const utils = trpc.useUtils();
  const check = trpc.audit.check.useMutation({
    onSuccess: (integrity) => {
      utils.audit.integrity.setData(undefined, integrity);
      if (goesOn(integrity)) check.mutate({ restart: false });
    },
  });
  return check;
}

/** How far the chain of the audit has been found unbroken, and a button that checks all of it again. */
export function Integrity() {
  const integrity = trpc.audit.integrity.useQuery();
  const check = useCheck();
  const error = integrity.error ?? check.error;
  const { data } = integrity;
  const isBroken = Boolean(data?.checked?.broken);
  return (
    <div className="mb-4">
      <section
        aria-label="Integrity"
        className={cn(
          "flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border px-3 py-2 text-sm",
          isBroken ? "border-bad/40 bg-bad-soft" : "bg-surface",
        )}
      >
        <div role="status" className="flex min-w-0 flex-1 basis-60 items-start gap-2">
          {data ? <Finding integrity={data} /> : <Skeleton className="w-56" />}
        </div>
        <Button size="sm" pending={check.isPending} onClick={() => check.mutate({ restart: true })}>
          Verify
        </Button>
      </section>
      {error && <ErrorNotice error={error} className="mt-2" />}
    </div>
  );
}

function Finding({ integrity: { checked, newest } }: { integrity: AuditIntegrity }) {
  if (!checked) {
    return (
      <Line icon={<ShieldQuestion aria-hidden className={cn(ICON, "text-ink-3")} />}>
        Not verified yet. <span className="text-ink-2">Verifying follows the chain from its first row.</span>
      </Line>
    );
  }
  if (checked.broken) {
    return (
      <Line icon={<ShieldAlert aria-hidden className={cn(ICON, "text-bad")} />}>
        <strong className="font-medium text-bad">Broken at row {count(checked.broken.position)}.</strong>{" "}
        {checked.broken.detail} <span className="text-ink-2">Found</span>{" "}
        <Timestamp value={checked.at} className="text-ink-2" />
      </Line>
    );
  }
  const newer = newest - checked.position;
  return (
    <Line icon={<ShieldCheck aria-hidden className={cn(ICON, "text-ok")} />}>
      <span className="font-medium">Verified up to row {count(checked.position)}</span>
      {newer > 0 && (
        <span className="text-ink-2">
          {" "}
          · {count(newer)} newer {newer === 1 ? "row" : "rows"}
        </span>
      )}
      <span className="text-ink-2"> · </span>
      <Timestamp value={checked.at} className="text-ink-2" />
    </Line>
  );
}

const ICON = "mt-0.5 size-4 shrink-0";

function Line({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <>
      {icon}
      <p className="min-w-0 break-words tabular-nums">{children}</p>
    </>
  );
}

function count(rows: number): string {
  return rows.toLocaleString("en");
}
