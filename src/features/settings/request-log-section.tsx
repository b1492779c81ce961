"use client";

import { useId } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { DigitsField } from "@/components/form-fields";
import { Note } from "@/components/note";
import { ProgressBar } from "@/components/progress-bar";
import { budgetText } from "@/components/reduced-log-note";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import type { RequestLogSettings } from "@/contracts/schemas/settings";
import { LOG_LIMIT_NAMES, type LogLimitName } from "@/contracts/settings";
import { Lazy } from "@/lib/lazy";
import { readDigits } from "@/lib/typed-text";
import { useZodForm } from "@/lib/use-zod-form";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { SettingsSection } from "./section";
import { SettingsForm } from "./settings-form";

const logLimitsSchema = new Lazy(() =>
  import("@/contracts/schemas/settings").then((schemas) => schemas.logLimitsSchema),
);

const PARTS = [
  {
    name: "headers",
    label: "Keep headers",
    noun: "Headers",
    text: "The request headers of each call. Those that are secret by name (Authorization, Cookie and their like) lose their value; in all others, what has the shape of a Keyward API key or licence key is masked.",
  },
  {
    name: "bodies",
    label: "Keep bodies",
    noun: "Bodies",
    text: "The JSON of request and response, 8 KB of each. Fields that are secret by name (password, token and their like) lose their value, and what has the shape of a Keyward API key or licence key is masked wherever it stands. Everything else is kept as it is: names, e-mail addresses, whatever was sent. Of what is not JSON, or over 64 KB, only type and size.",
  },
] as const;

/** What the log keeps of each call beyond its facts. A switch acts at once. */
export function RequestLogSection() {
  const settings = trpc.settings.requestLog.useQuery();
  return (
    <SettingsSection
      id="request-log"
      title="Request log"
      description={
        <p>
          Of each call the log has who called what, when, from where and how it ended. Headers and bodies are
          off unless switched on here. It helps to switch them on while an integration is being mended.
        </p>
      }
    >
      {settings.error ? (
        <CardContent>
          <ErrorNotice error={settings.error} onRetry={() => void settings.refetch()} />
        </CardContent>
      ) : (
        <div className="divide-y">
          {PARTS.map((part) => (
            <Part key={part.name} part={part} settings={settings.data} />
          ))}
          {settings.data ? <LogLimitsForm stored={settings.data} /> : <div aria-busy className="h-52" />}
        </div>
      )}
      <CardContent className="border-t">
        <KeptNote />
      </CardContent>
    </SettingsSection>
  );
}

interface PartProps {
  part: (typeof PARTS)[number];
  /** Undefined while the server is asked. */
  settings: RequestLogSettings | undefined;
}

function Part({ part: { name, label, noun, text }, settings }: PartProps) {
  const id = useId();
  const refresh = useRefresh("settings");
  const utils = trpc.useUtils();
  const change = trpc.settings.changeRequestLog.useMutation({
    onSuccess: (after) => {
      utils.settings.requestLog.setData(undefined, after);
      toast({
        text: after[name]
          ? `${noun} of new calls are kept, within five seconds.`
          : `${noun} of new calls are no longer kept, within five seconds.`,
      });
    },
    onSettled: refresh,
  });
  // While it is being saved, it stands as it was put.
  const on = (change.isPending ? change.variables[name] : undefined) ?? settings?.[name] ?? false;
  return (
    <div className="p-4">
      <div className="flex items-center justify-between gap-6">
        <h3 id={id} className="font-medium">
          {label}
        </h3>
        {settings ? (
          <div className="flex items-center gap-2">
            <span aria-hidden className="text-ink-2 text-sm">
              {on ? "On" : "Off"}
            </span>
            <Switch
              checked={on}
              onCheckedChange={(wanted) => !change.isPending && change.mutate({ [name]: wanted })}
              aria-labelledby={id}
              aria-describedby={`${id}-text`}
              aria-busy={change.isPending || undefined}
            />
          </div>
        ) : (
          <Skeleton className="h-5 w-17" />
        )}
      </div>
      <p id={`${id}-text`} className="mt-1 text-pretty text-ink-2 text-sm sm:pr-24">
        {text}
      </p>
      {change.error && <ErrorNotice error={change.error} className="mt-3" />}
    </div>
  );
}

function KeptNote() {
  const { data } = trpc.settings.retention.useQuery();
  const long = data ? count(data.logDays, "day") : "…";
  return (
    <Note>
      This is your customers’ data. Every administrator can read it in Logs, and it is kept as long as the
      log: {long}. Switching off ends it for new calls; what was kept before goes with its day.
    </Note>
  );
}

/** The server measures every five seconds. */
const INTERVAL_MS = 5_000;

const FIELDS: Record<LogLimitName, { label: string; hint: string; placeholder?: string }> = {
  anonymousRowsPerMinute: {
    label: "Rows per minute without a known key",
    hint: "Of each network. Calls beyond are counted, and one in a hundred has a row. 0: each has one.",
  },
  dailyMegabytes: {
    label: "Log per day, MB",
    hint: "Once it is reached, calls are only counted until midnight UTC. Empty: by the size of the disk.",
    placeholder: "By the disk",
  },
};

/** How much the log may grow: by calls of nobody known, and in a day. */
function LogLimitsForm({ stored }: { stored: RequestLogSettings }) {
  const utils = trpc.useUtils();
  const refresh = useRefresh("settings");
  const change = trpc.settings.changeRequestLog.useMutation({
    onSettled: () => {
      refresh();
      void utils.requests.state.invalidate();
    },
  });
  const texts = textsOf(stored);
  const form = useZodForm({
    defaultValues: texts,
    // A field that nobody touched follows what is stored.
    values: texts,
    resetOptions: { keepDirtyValues: true },
    schema: logLimitsSchema,
    toInput: ({ anonymousRowsPerMinute, dailyMegabytes }) => ({
      anonymousRowsPerMinute: readDigits(anonymousRowsPerMinute),
      dailyMegabytes: readDigits(dailyMegabytes),
    }),
    async send(limits) {
      const after = await change.mutateAsync(limits);
      utils.settings.requestLog.setData(undefined, after);
      form.reset(textsOf(after));
      toast({ text: "Saved. Every process follows within five seconds." });
    },
  });
  return (
    <SettingsForm form={form} saveLabel="Save limits">
      {LOG_LIMIT_NAMES.map((name) => (
        <div key={name} className="min-w-0 space-y-2">
          <DigitsField control={form.control} name={name} {...FIELDS[name]} />
          {name === "dailyMegabytes" && <Today />}
        </div>
      ))}
    </SettingsForm>
  );
}

function textsOf(limits: RequestLogSettings): Record<LogLimitName, string> {
  return {
    anonymousRowsPerMinute: String(limits.anonymousRowsPerMinute),
    dailyMegabytes: String(limits.dailyMegabytes ?? ""),
  };
}

/** What today's log has taken of its budget, as the server last measured it. */
function Today() {
  const { data } = trpc.requests.state.useQuery(undefined, { refetchInterval: INTERVAL_MS });
  if (!data) return null;
  const { dayBytes, budgetBytes, keeps } = data;
  return (
    <p className="grid gap-1.5 text-ink-2 text-sm tabular-nums">
      {budgetText(data)}
      {budgetBytes !== null && (
        <ProgressBar
          label="Log of today"
          done={Math.min(dayBytes, budgetBytes)}
          total={budgetBytes}
          tone={keeps === "everything" ? "accent" : "warn"}
        />
      )}
    </p>
  );
}
