"use client";

import { useState } from "react";
import { type Control, useWatch } from "react-hook-form";
import { ErrorNotice } from "@/components/error-notice";
import { DigitsField } from "@/components/form-fields";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import type { Retention } from "@/contracts/schemas/settings";
import type { RetentionDryRun } from "@/contracts/settings";
import { USAGE_KEPT_DAYS } from "@/contracts/usage";
import { Lazy, useLazy } from "@/lib/lazy";
import { readDigits } from "@/lib/typed-text";
import { useDebounced } from "@/lib/use-debounced";
import { useZodForm } from "@/lib/use-zod-form";
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
import { SettingsForm } from "./settings-form";

const retentionTrialSchema = new Lazy(() =>
  import("@/contracts/schemas/settings").then((schemas) => schemas.retentionTrialSchema),
);

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
  const utils = trpc.useUtils();
  const refresh = useRefresh("settings");
  const [asking, setAsking] = useState<AnnouncedChange | null>(null);
  const change = trpc.settings.changeRetention.useMutation({ onSettled: refresh });
  const save = async ({ wanted, changed }: AnnouncedChange) => {
    const after = await change.mutateAsync(Object.fromEntries(changed.map((kind) => [kind, wanted[kind]])));
    utils.settings.retention.setData(undefined, after);
    form.reset(textsOf(after));
    setAsking(null);
    toast({ text: "Saved. It applies from the next maintenance on." });
  };
  const texts = textsOf(stored);
  const form = useZodForm({
    defaultValues: texts,
    // A field that nobody touched follows what is stored.
    values: texts,
    resetOptions: { keepDirtyValues: true },
    // As soon as typing pauses: a field that was emptied to be typed anew is not wrong yet.
    mode: "onChange",
    delayError: SETTLE_MS,
    schema: retentionTrialSchema,
    toInput: daysOf,
    async send(wanted) {
      change.reset();
      // Asked again, for what is announced must be what happens.
      const dryRun = await utils.settings.tryRetention.fetch(wanted, { staleTime: 0 });
      const announced = { wanted, changed: changedKinds(stored, wanted), dryRun };
      const drops = announced.changed.some(
        (kind) => wanted[kind] < stored[kind] && dryRun[kind].days.length > 0,
      );
      if (drops) setAsking(announced);
      else await save(announced);
    },
  });
  const pending = form.pending || change.isPending;
  return (
    <>
      <SettingsForm
        form={{ ...form, pending }}
        saveLabel="Save"
        preview={<Previews control={form.control} stored={stored} />}
      >
        {RETENTION_KIND_NAMES.map((kind) => (
          <DigitsField
            key={kind}
            control={form.control}
            name={kind}
            label={`${RETENTION_KINDS[kind].label}, days`}
            hint={RETENTION_KINDS[kind].stays}
            // While what was typed is tried or saved: what is typed then would be lost.
            readOnly={pending}
            maxLength={6}
          />
        ))}
      </SettingsForm>
      {asking && (
        <KeepLessDialog
          dryRun={asking.dryRun}
          kinds={asking.changed}
          // What it throws is shown from the mutation.
          onConfirm={() => void save(asking).catch(() => undefined)}
          onClose={() => setAsking(null)}
          pending={change.isPending}
          error={change.error}
        />
      )}
    </>
  );
}

/** What would go of each kind, while the days are edited. */
function Previews({ control, stored }: { control: Control<Texts>; stored: Retention }) {
  const settled = useDebounced(useWatch({ control }), SETTLE_MS);
  const wanted = useLazy(retentionTrialSchema)?.safeParse(daysOf({ ...textsOf(stored), ...settled }));
  return RETENTION_KIND_NAMES.map((kind) => (
    <RetentionPreview key={kind} kind={kind} wanted={wanted?.data ?? null} stored={stored} />
  ));
}

type Texts = Record<RetentionKind, string>;

const SETTLE_MS = 400;

function textsOf({ logDays, telemetryDays }: Retention): Texts {
  return { logDays: String(logDays), telemetryDays: String(telemetryDays) };
}

function daysOf({ logDays, telemetryDays }: Texts) {
  return { logDays: readDigits(logDays), telemetryDays: readDigits(telemetryDays) };
}

/** The kinds that differ. */
function changedKinds(stored: Retention, wanted: Retention): RetentionKind[] {
  return RETENTION_KIND_NAMES.filter((kind) => stored[kind] !== wanted[kind]);
}
