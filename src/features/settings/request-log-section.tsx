"use client";

import { useId } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Note } from "@/components/note";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { Switch } from "@/components/ui/switch";
import { useToast } from "@/components/ui/toast";
import type { RequestLogSettings } from "@/contracts/settings";
import { trpc } from "@/trpc/client";
import { LogLimitsForm } from "./log-limits-form";
import { SettingsSection } from "./section";
import { useRefreshSettings } from "./use-refresh-settings";

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
  const refresh = useRefreshSettings();
  const utils = trpc.useUtils();
  const { toast } = useToast();
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
