"use client";

import { type FormEvent, useRef, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { ProgressBar } from "@/components/progress-bar";
import { budgetText } from "@/components/reduced-log-note";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { useToast } from "@/components/ui/toast";
import {
  LOG_LIMIT_NAMES,
  type LogLimitName,
  logLimitsSchema,
  type RequestLogSettings,
} from "@/contracts/settings";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { trpc } from "@/trpc/client";
import { useRefreshSettings } from "./use-refresh-settings";

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
export function LogLimitsForm({ stored }: { stored: RequestLogSettings }) {
  const [typed, setTyped] = useState<Partial<Texts>>({});
  const [tried, setTried] = useState(false);
  const formRef = useRef<HTMLFormElement>(null);
  const utils = trpc.useUtils();
  const refresh = useRefreshSettings();
  const { toast } = useToast();
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
