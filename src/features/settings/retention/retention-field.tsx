"use client";

import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { Note } from "@/components/note";
import { Input } from "@/components/ui/input";
import type { Retention } from "@/contracts/settings";
import { trpc } from "@/trpc/client";
import { droppedText, RETENTION_KINDS, type RetentionKind } from "./dropped-text";
import type { useRetentionForm } from "./use-retention-form";

interface RetentionFieldProps {
  kind: RetentionKind;
  form: ReturnType<typeof useRetentionForm>;
  stored: Retention;
}

/** Days to keep of one kind; as they are edited, what would go. */
export function RetentionField({ kind, form, stored }: RetentionFieldProps) {
  const { label, stays } = RETENTION_KINDS[kind];
  return (
    <div className="min-w-0 space-y-2">
      <Field label={`${label}, days`} error={form.errorOf(kind) ?? null} hint={stays}>
        <Input
          value={form.texts[kind]}
          onChange={(event) => form.type(kind, event.target.value)}
          // Not type="number": its wheel and arrow keys change figures unnoticed, and it hides what it cannot read.
          inputMode="numeric"
          autoComplete="off"
          maxLength={6}
          className="tabular-nums"
        />
      </Field>
      <div aria-live="polite">
        <DryRun kind={kind} wanted={form.settled} stored={stored} />
      </div>
    </div>
  );
}

interface DryRunProps {
  kind: RetentionKind;
  /** Null while something is wrong. */
  wanted: Retention | null;
  stored: Retention;
}

function DryRun({ kind, wanted, stored }: DryRunProps) {
  const differs = wanted !== null && wanted[kind] !== stored[kind];
  const dryRun = trpc.settings.tryRetention.useQuery(wanted ?? stored, {
    enabled: differs,
    placeholderData: (before) => before,
  });
  if (!differs) return null;
  if (dryRun.error) return <ErrorNotice error={dryRun.error} onRetry={() => void dryRun.refetch()} />;
  const dropped = dryRun.data?.[kind];
  if (!dropped) return null;
  return dropped.days.length === 0 ? (
    <Note>The next maintenance would drop nothing.</Note>
  ) : (
    <Note tone="warn">The next maintenance would drop {droppedText(dropped)}.</Note>
  );
}
