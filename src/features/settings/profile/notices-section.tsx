"use client";

import type { Control } from "react-hook-form";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { Note } from "@/components/note";
import { useSession } from "@/components/session-context";
import { CardContent } from "@/components/ui/card";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import {
  canBeDelivered,
  NOTICE_DELIVERIES,
  NOTICE_DELIVERY_NAMES,
  NOTICE_KIND_NAMES,
  NOTICE_KINDS,
  type NoticeDelivery,
  type NoticeKind,
  type NoticePreferences,
} from "@/contracts/notices";
import { Lazy } from "@/lib/lazy";
import { useField, useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { SettingsSection } from "../section";
import { SettingsForm } from "../settings-form";

const changeNoticePreferencesSchema = new Lazy(() =>
  import("@/contracts/schemas/notices").then((schemas) => schemas.changeNoticePreferencesSchema),
);

/** How one is told of what. */
export function NoticesSection() {
  const { admin } = useSession();
  const query = trpc.notices.preferences.useQuery();
  return (
    <SettingsSection
      id="notices"
      title="Notices"
      description={
        <>
          <p>
            What you are told, and how. E-mail goes to{" "}
            <span className="break-words font-medium text-ink">{admin.email}</span>. All but what is off is
            behind the bell, too.
          </p>
          <p>Those about a key go to its owner, or to all who manage keys there.</p>
        </>
      }
    >
      {query.error ? (
        <CardContent>
          <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
        </CardContent>
      ) : query.data ? (
        <PreferencesForm {...query.data} />
      ) : (
        <CardContent aria-busy className="h-160">
          <Skeleton className="mt-1 w-40" />
          <Skeleton className="mt-3 h-8.5" />
        </CardContent>
      )}
    </SettingsSection>
  );
}

interface FormValues {
  deliveries: Record<NoticeKind, NoticeDelivery>;
  /** A choice of a select is text. */
  summaryHour: string;
}

const HOURS = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, "0")}:00`,
}));

function PreferencesForm({ preferences, hasMail }: { preferences: NoticePreferences; hasMail: boolean }) {
  const { admin } = useSession();
  const refresh = useRefresh("notices");
  const change = trpc.notices.changePreferences.useMutation({ onSettled: refresh });
  const form = useZodForm({
    defaultValues: valuesOf(preferences),
    schema: changeNoticePreferencesSchema,
    toInput: ({ deliveries, summaryHour }: FormValues) => ({ deliveries, summaryHour: Number(summaryHour) }),
    async send(input) {
      form.reset(valuesOf(await change.mutateAsync(input)));
      toast({ text: "Saved." });
    },
  });
  return (
    <SettingsForm form={form} saveLabel="Save notices">
      {!hasMail && (
        <Note className="sm:col-span-2">
          No mail is set up here, so that notices are in the console alone. What you choose holds once it is.
        </Note>
      )}
      {NOTICE_KIND_NAMES.map((kind) => (
        <DeliveryField key={kind} control={form.control} kind={kind} />
      ))}
      <HourField control={form.control} timeZone={admin.timeZone} />
    </SettingsForm>
  );
}

function valuesOf({ deliveries, summaryHour }: NoticePreferences): FormValues {
  return { deliveries, summaryHour: String(summaryHour) };
}

const DELIVERIES = NOTICE_DELIVERY_NAMES.map((value) => ({ value, label: NOTICE_DELIVERIES[value] }));

function DeliveryField({ control, kind }: { control: Control<FormValues>; kind: NoticeKind }) {
  const { value, onChange, ref, error } = useField<FormValues, NoticeDelivery>({
    control,
    name: `deliveries.${kind}`,
  });
  const { label, about } = NOTICE_KINDS[kind];
  const options = DELIVERIES.filter((delivery) => canBeDelivered(kind, delivery.value));
  return (
    <Field label={label} hint={about} error={error} controlRef={ref}>
      <Select value={value} onValueChange={onChange} options={options} />
    </Field>
  );
}

function HourField({ control, timeZone }: { control: Control<FormValues>; timeZone: string }) {
  const { value, onChange, ref, error } = useField<FormValues, string>({ control, name: "summaryHour" });
  return (
    <Field
      label="Daily summary at"
      hint={`${timeZone}, your time zone. No mail on days without anything.`}
      error={error}
      controlRef={ref}
    >
      <Select value={value} onValueChange={onChange} options={HOURS} />
    </Field>
  );
}
