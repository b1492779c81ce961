"use client";

import { type FormEvent, useRef, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { Button } from "@/components/ui/button";
import { CardContent } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { type Retention, type RetentionDryRun, retentionTrialSchema } from "@/contracts/settings";
import { USAGE_KEPT_DAYS } from "@/contracts/usage";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { useDebounced } from "@/lib/use-debounced";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import {
  KeepLessDialog,
  RETENTION_KIND_NAMES,
  RETENTION_KINDS,
  type RetentionKind,
  RetentionPreview,
} from "./retention-loss";
import { SettingsSection } from "./section";

/** For how long what grows by itself is kept. */
export function RetentionSection() {
  const retention = trpc.settings.retention.useQuery();
  return (
    <SettingsSection
      id="retention"
      title="Retention"
      description={
        <p>
          Whole days in UTC, besides today. Every ten minutes maintenance drops the days that were kept long
          enough. Keys, customers, licences, jobs and the audit are not touched. What charts of a key are
          drawn from, its figures by the hour, is kept for {USAGE_KEPT_DAYS} days, or as long as the log where
          that is longer.
        </p>
      }
    >
      {retention.error ? (
        <CardContent>
          <ErrorNotice error={retention.error} onRetry={() => void retention.refetch()} />
        </CardContent>
      ) : retention.data ? (
        <RetentionForm stored={retention.data} />
      ) : (
        <CardContent aria-busy className="h-46">
          <Skeleton className="mt-1 w-32" />
          <Skeleton className="mt-3 h-8.5" />
        </CardContent>
      )}
    </SettingsSection>
  );
}

/** A change, and what the server said that it drops. What was announced is what is saved, whatever came since. */
interface AnnouncedChange {
  wanted: Retention;
  changed: readonly RetentionKind[];
  dryRun: RetentionDryRun;
}

function RetentionForm({ stored }: { stored: Retention }) {
  const form = useRetentionForm(stored);
  const formRef = useRef<HTMLFormElement>(null);
  const utils = trpc.useUtils();
  const refresh = useRefresh("settings");
  const [trying, setTrying] = useState(false);
  const [asking, setAsking] = useState<AnnouncedChange | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const change = trpc.settings.changeRetention.useMutation({
    onSuccess: (after) => {
      utils.settings.retention.setData(undefined, after);
      form.reset();
      setAsking(null);
      toast({ text: "Saved. It applies from the next maintenance on." });
    },
    onSettled: refresh,
  });

  const pending = trying || change.isPending;
  const save = ({ wanted, changed }: AnnouncedChange) => {
    if (!change.isPending) change.mutate(Object.fromEntries(changed.map((kind) => [kind, wanted[kind]])));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { wanted } = form;
    if (pending) return;
    setFailure(null);
    if (!wanted) {
      form.refuse();
      focusFirstInvalid(formRef.current);
      return;
    }
    setTrying(true);
    try {
      // Asked again, for what is announced must be what happens.
      const dryRun = await utils.settings.tryRetention.fetch(wanted, { staleTime: 0 });
      const announced = { wanted, changed: changedKinds(stored, wanted), dryRun };
      const drops = announced.changed.some(
        (kind) => wanted[kind] < stored[kind] && dryRun[kind].days.length > 0,
      );
      if (drops) setAsking(announced);
      else save(announced);
    } catch (error) {
      setFailure(error);
    } finally {
      setTrying(false);
    }
  };
  const error = failure ?? (asking ? null : change.error);
  return (
    <form ref={formRef} onSubmit={(event) => void submit(event)} noValidate>
      <CardContent className="grid gap-x-6 gap-y-5 sm:grid-cols-2">
        {RETENTION_KIND_NAMES.map((kind) => (
          <RetentionField key={kind} kind={kind} form={form} stored={stored} readOnly={pending} />
        ))}
      </CardContent>
      <div className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">
        {error ? <ErrorNotice error={error} className="w-full" /> : null}
        {form.dirty && (
          <Button onClick={form.reset} aria-disabled={pending}>
            Undo
          </Button>
        )}
        <Button type="submit" variant="primary" pending={pending && !asking} aria-disabled={!form.dirty}>
          Save
        </Button>
      </div>
      {asking && (
        <KeepLessDialog
          dryRun={asking.dryRun}
          kinds={asking.changed}
          onConfirm={() => save(asking)}
          onClose={() => setAsking(null)}
          pending={change.isPending}
          error={change.error}
        />
      )}
    </form>
  );
}

interface RetentionFieldProps {
  kind: RetentionKind;
  form: ReturnType<typeof useRetentionForm>;
  stored: Retention;
  /** While what was typed is tried or saved: what is typed then would be lost. */
  readOnly: boolean;
}

/** Days to keep of one kind; as they are edited, what would go. */
function RetentionField({ kind, form, stored, readOnly }: RetentionFieldProps) {
  const { label, stays } = RETENTION_KINDS[kind];
  return (
    <div className="min-w-0 space-y-2">
      <Field label={`${label}, days`} error={form.errorOf(kind) ?? null} hint={stays}>
        <Input
          value={form.texts[kind]}
          onChange={(event) => form.type(kind, event.target.value)}
          readOnly={readOnly}
          // Not type="number": its wheel and arrow keys change figures unnoticed, and it hides what it cannot read.
          inputMode="numeric"
          autoComplete="off"
          maxLength={6}
          className="tabular-nums"
        />
      </Field>
      <div aria-live="polite">
        <RetentionPreview kind={kind} wanted={form.settled} stored={stored} />
      </div>
    </div>
  );
}

type Texts = Record<RetentionKind, string>;

const SETTLE_MS = 400;

/** What was typed, as days; what is no number becomes one that the contract refuses. */
function read(texts: Texts) {
  const days = (text: string) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN);
  return retentionTrialSchema.safeParse({
    logDays: days(texts.logDays),
    telemetryDays: days(texts.telemetryDays),
  });
}

/** The state of the form: what was typed over what is stored. A field that nobody touched follows what is stored. */
function useRetentionForm(stored: Retention) {
  const [typed, setTyped] = useState<Partial<Texts>>({});
  const [tried, setTried] = useState(false);
  const texts: Texts = {
    logDays: typed.logDays ?? String(stored.logDays),
    telemetryDays: typed.telemetryDays ?? String(stored.telemetryDays),
  };
  const logDays = useDebounced(texts.logDays, SETTLE_MS);
  const telemetryDays = useDebounced(texts.telemetryDays, SETTLE_MS);
  const settled = read({ logDays, telemetryDays });
  const now = read(texts);
  // A field that was emptied to be typed anew is not wrong yet.
  const issues = (tried ? now : settled).error?.issues ?? [];
  return {
    texts,
    type(kind: RetentionKind, text: string) {
      setTyped((before) => ({ ...before, [kind]: text }));
    },
    reset() {
      setTyped({});
      setTried(false);
    },
    /** From now on what is wrong is said at once. */
    refuse: () => setTried(true),
    /** What to save; null while something is wrong. */
    wanted: now.data ?? null,
    /** The same, once typing has paused. */
    settled: settled.data ?? null,
    errorOf: (kind: RetentionKind) => issues.find(({ path }) => path[0] === kind)?.message,
    dirty: RETENTION_KIND_NAMES.some((kind) => texts[kind].trim() !== String(stored[kind])),
  };
}

/** The kinds that differ. */
function changedKinds(stored: Retention, wanted: Retention): RetentionKind[] {
  return RETENTION_KIND_NAMES.filter((kind) => stored[kind] !== wanted[kind]);
}
