"use client";

import { ErrorNotice } from "@/components/error-notice";
import { DigitsField } from "@/components/form-fields";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import type { SessionLifetimes } from "@/contracts/schemas/settings";
import { Lazy } from "@/lib/lazy";
import { readDigits } from "@/lib/typed-text";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { SettingsSection } from "./section";
import { SettingsForm } from "./settings-form";

const sessionLifetimesFormSchema = new Lazy(() =>
  import("@/contracts/schemas/settings").then((schemas) => schemas.sessionLifetimesFormSchema),
);

/** For how long everybody stays signed in. */
export function SessionLifetimesSection() {
  const lifetimes = trpc.settings.sessions.useQuery();
  return (
    <SettingsSection
      id="sessions"
      title="Sessions"
      description={
        <p>
          For how long administrators stay signed in. What you shorten holds for everybody’s next request,
          yours too; what you lengthen, from the next sign-in on.
        </p>
      }
    >
      {lifetimes.error ? (
        <CardContent>
          <ErrorNotice error={lifetimes.error} onRetry={() => void lifetimes.refetch()} />
        </CardContent>
      ) : lifetimes.data ? (
        <LifetimesForm stored={lifetimes.data} />
      ) : (
        <CardContent aria-busy className="h-40">
          <Skeleton className="mt-1 w-32" />
          <Skeleton className="mt-3 h-8.5" />
        </CardContent>
      )}
    </SettingsSection>
  );
}

function LifetimesForm({ stored }: { stored: SessionLifetimes }) {
  const utils = trpc.useUtils();
  const refresh = useRefresh("settings");
  const change = trpc.settings.changeSessions.useMutation({ onSettled: refresh });
  const texts = textsOf(stored);
  const form = useZodForm({
    defaultValues: texts,
    // A field that nobody touched follows what is stored.
    values: texts,
    resetOptions: { keepDirtyValues: true },
    schema: sessionLifetimesFormSchema,
    toInput: ({ sessionDays, idleHours }) => ({
      sessionDays: readDigits(sessionDays),
      idleHours: readDigits(idleHours),
    }),
    async send(wanted) {
      const after = await change.mutateAsync(wanted);
      utils.settings.sessions.setData(undefined, after);
      form.reset(textsOf(after));
      toast({ text: "Saved." });
    },
  });
  return (
    <SettingsForm form={form} saveLabel="Save sessions">
      <DigitsField
        control={form.control}
        name="sessionDays"
        label="Signed in for at most, days"
        hint="From the sign-in, however busy it is."
        maxLength={3}
      />
      <DigitsField
        control={form.control}
        name="idleHours"
        label="Without a request, hours"
        hint="A console that is left open keeps asking, and does not count as idle."
        maxLength={4}
      />
    </SettingsForm>
  );
}

function textsOf({ sessionDays, idleHours }: SessionLifetimes) {
  return { sessionDays: String(sessionDays), idleHours: String(idleHours) };
}
