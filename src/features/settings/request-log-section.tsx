"use client";

import { type FormEvent, useId, useRef, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { Note } from "@/components/note";
import { ProgressBar } from "@/components/progress-bar";
import { budgetText } from "@/components/reduced-log-note";
import { Button } from "@/components/ui/button";
import { CardContent } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import {
  LOG_LIMIT_NAMES,
  type LogLimitName,
  logLimitsSchema,
  type RequestLogSettings,
} from "@/contracts/settings";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { SettingsSection } from "./section";

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
  const long = data ? `${data.logDays.toLocaleString("en")} ${data.logDays === 1 ? "day" : "days"}` : "…";
  return (
    <Note>
      This is your customers’ data. Every administrator can read it in Logs, and it is kept as long as the
      log: {long}. Switching off ends it for new calls; what was kept before goes with its day.
    </Note>
  );
}

/** The server measures every five seconds. */
const INTERVAL_MS = 5_000;

type Texts = Record<LogLimitName, string>;

const FIELDS: Record<LogLimitName, { label: string; hint: string }> = {
  anonymousRowsPerMinute: {
    label: "Rows per minute without a known key",
    hint: "Of each network. Calls beyond are counted, and one in a hundred has a row. 0: each has one.",
  },
  dailyMegabytes: {
    label: "Log per day, MB",
    hint: "Once it is reached, calls are only counted until midnight UTC. Empty: by the size of the disk.",
  },
};

/** What was typed, as figures; what is no number becomes one that the contract refuses. */
function read(texts: Texts) {
  const figure = (text: string) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN);
  return logLimitsSchema.safeParse({
    anonymousRowsPerMinute: figure(texts.anonymousRowsPerMinute),
    dailyMegabytes: texts.dailyMegabytes.trim() === "" ? null : figure(texts.dailyMegabytes),
  });
}

/** How much the log may grow: by calls of nobody known, and in a day. */
function LogLimitsForm({ stored }: { stored: RequestLogSettings }) {
  const [typed, setTyped] = useState<Partial<Texts>>({});
  const [tried, setTried] = useState(false);
  const formRef = useRef<HTMLFormElement>(null);
  const utils = trpc.useUtils();
  const refresh = useRefresh("settings");
  const textOf = (name: LogLimitName) => typed[name] ?? String(stored[name] ?? "");
  const texts: Texts = {
    anonymousRowsPerMinute: textOf("anonymousRowsPerMinute"),
    dailyMegabytes: textOf("dailyMegabytes"),
  };
  const wanted = read(texts);
  const issues = (tried && wanted.error?.issues) || [];
  const reset = () => {
    setTyped({});
    setTried(false);
  };
  const change = trpc.settings.changeRequestLog.useMutation({
    onSuccess: (after) => {
      utils.settings.requestLog.setData(undefined, after);
      reset();
      toast({ text: "Saved. Every process follows within five seconds." });
    },
    onSettled: () => {
      refresh();
      void utils.requests.state.invalidate();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!wanted.data) focusFirstInvalid(formRef.current);
    else if (!change.isPending) change.mutate(wanted.data);
  };
  const dirty = LOG_LIMIT_NAMES.some((name) => texts[name].trim() !== String(stored[name] ?? ""));
  return (
    <form ref={formRef} onSubmit={submit} noValidate>
      <div className="grid gap-x-6 gap-y-5 p-4 sm:grid-cols-2">
        {LOG_LIMIT_NAMES.map((name) => (
          <div key={name} className="min-w-0 space-y-2">
            <Field
              label={FIELDS[name].label}
              hint={FIELDS[name].hint}
              error={issues.find(({ path }) => path[0] === name)?.message ?? null}
            >
              <Input
                value={texts[name]}
                onChange={(event) => setTyped((before) => ({ ...before, [name]: event.target.value }))}
                // Not type="number": its wheel and arrow keys change figures unnoticed, and it hides what it cannot read.
                inputMode="numeric"
                autoComplete="off"
                maxLength={10}
                placeholder={name === "dailyMegabytes" ? "By the disk" : undefined}
                className="tabular-nums"
              />
            </Field>
            {name === "dailyMegabytes" && <Today />}
          </div>
        ))}
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">
        {change.error && <ErrorNotice error={change.error} className="w-full" />}
        {dirty && <Button onClick={reset}>Undo</Button>}
        <Button type="submit" variant="primary" pending={change.isPending} aria-disabled={!dirty}>
          Save limits
        </Button>
      </div>
    </form>
  );
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
