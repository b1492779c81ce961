"use client";

import { type FormEvent, useRef, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Button } from "@/components/ui/button";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useToast } from "@/components/ui/toast";
import type { Retention, RetentionDryRun } from "@/contracts/settings";
import { USAGE_KEPT_DAYS } from "@/contracts/usage";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "../section";
import { useRefreshSettings } from "../use-refresh-settings";
import { RETENTION_KIND_NAMES } from "./dropped-text";
import { KeepLessDialog } from "./keep-less-dialog";
import { RetentionField } from "./retention-field";
import { changedKinds, useRetentionForm } from "./use-retention-form";

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

function RetentionForm({ stored }: { stored: Retention }) {
  const form = useRetentionForm(stored);
  const formRef = useRef<HTMLFormElement>(null);
  const utils = trpc.useUtils();
  const refresh = useRefreshSettings();
  const { toast } = useToast();
  const [asking, setAsking] = useState<RetentionDryRun | null>(null);
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

  const changed = form.wanted ? changedKinds(stored, form.wanted) : [];
  const save = () => {
    const { wanted } = form;
    if (!wanted || change.isPending) return;
    change.mutate(Object.fromEntries(changed.map((kind) => [kind, wanted[kind]])));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { wanted } = form;
    setFailure(null);
    if (!wanted) {
      form.refuse();
      focusFirstInvalid(formRef.current);
      return;
    }
    try {
      // Asked again, for what is announced must be what happens.
      const dryRun = await utils.settings.tryRetention.fetch(wanted, { staleTime: 0 });
      const drops = changed.some((kind) => wanted[kind] < stored[kind] && dryRun[kind].days.length > 0);
      if (drops) setAsking(dryRun);
      else save();
    } catch (error) {
      setFailure(error);
    }
  };
  const error = failure ?? (asking ? null : change.error);
  return (
    <form ref={formRef} onSubmit={(event) => void submit(event)} noValidate>
      <CardContent className="grid gap-x-6 gap-y-5 sm:grid-cols-2">
        {RETENTION_KIND_NAMES.map((kind) => (
          <RetentionField key={kind} kind={kind} form={form} stored={stored} />
        ))}
      </CardContent>
      <div className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">
        {error ? <ErrorNotice error={error} className="w-full" /> : null}
        {form.dirty && <Button onClick={form.reset}>Undo</Button>}
        <Button
          type="submit"
          variant="primary"
          pending={change.isPending && !asking}
          aria-disabled={!form.dirty}
        >
          Save
        </Button>
      </div>
      {asking && (
        <KeepLessDialog
          dryRun={asking}
          kinds={changed}
          onConfirm={save}
          onClose={() => setAsking(null)}
          pending={change.isPending}
          error={change.error}
        />
      )}
    </form>
  );
}
