"use client";

import type { ReactNode } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { ReducedLogNote } from "@/components/reduced-log-note";
import { Timestamp } from "@/components/timestamp";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { LogWriterView, RequestLogStats } from "@/contracts/requests";
import { cn } from "@/lib/cn";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "./section";

/** Milliseconds between two looks: the figures are to be seen moving. TanStack Query makes none while the page is hidden. */
const INTERVAL_MS = 2_000;

interface Figure {
  name: keyof RequestLogStats;
  label: string;
  meaning: string;
  /** Of a figure that should be zero. */
  tone?: string;
}

const FIGURES: readonly Figure[] = [
  {
    name: "buffered",
    label: "Held",
    meaning: "Answered calls whose rows are not in the database yet. Usually those of the last 200 ms.",
  },
  { name: "written", label: "Written", meaning: "Calls whose rows are in the database." },
  {
    name: "counted",
    label: "Counted",
    meaning:
      "Calls that are in every chart and figure and have no row: those without a known key beyond 120 a minute and network, and what the day’s budget or a disk that is nearly full leaves out.",
  },
  {
    name: "waited",
    label: "Waited",
    meaning:
      "Calls that were held up before they were served, because the buffer was full: the database writes slower than calls come in.",
    tone: "text-warn",
  },
  {
    name: "rejected",
    label: "Turned away",
    meaning: "Calls that waited too long for room and were answered 503. They did nothing, and have no row.",
    tone: "text-bad",
  },
  {
    name: "refused",
    label: "Refused",
    meaning: "Rows that Postgres would not take. The server’s log names the request id of each.",
    tone: "text-bad",
  },
];

/** How the log's writer does, in the process that answers. */
export function LogWriterSection() {
  const writer = trpc.settings.logWriter.useQuery(undefined, { refetchInterval: INTERVAL_MS });
  return (
    <SettingsSection
      id="log-writer"
      title="Log writer"
      description={
        <>
          <p>Calls are logged in batches. When too many wait for their batch, new calls wait too.</p>
          <p>
            These are figures of one process since its start. Where several serve, each counts for itself, and
            any of them may answer this page: the line below the figures says which.
          </p>
          <p>
            On serverless hosting an instance writes its calls before it is frozen, and lives only a while;
            the one that answers this page may have served no call at all.
          </p>
        </>
      }
    >
      {writer.error && (
        <CardContent className="border-b">
          <ErrorNotice error={writer.error} onRetry={() => void writer.refetch()} />
        </CardContent>
      )}
      {writer.data && writer.data.state.keeps !== "everything" && (
        <CardContent className="border-b">
          <ReducedLogNote state={writer.data.state} />
        </CardContent>
      )}
      <dl className="divide-y">
        {FIGURES.map((figure) => (
          <FigureRow key={figure.name} figure={figure} writer={writer.data} />
        ))}
      </dl>
      <p className="flex min-h-11 flex-wrap items-center gap-x-1 border-t px-4 py-2 text-ink-2 text-sm">
        {writer.data ? <WhoseStats writer={writer.data} /> : <Skeleton className="w-56" />}
      </p>
    </SettingsSection>
  );
}

function FigureRow({ figure, writer }: { figure: Figure; writer: LogWriterView | undefined }) {
  const { name, label, meaning, tone } = figure;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-6 px-4 py-3 sm:grid-cols-[112px_minmax(0,1fr)_auto]">
      <dt className="font-medium">{label}</dt>
      <dd className="order-last col-span-2 text-pretty text-ink-2 text-sm sm:order-none sm:col-span-1">
        {meaning}
      </dd>
      <dd className="text-right tabular-nums">
        {writer ? (
          <FigureText tone={writer[name] > 0 ? tone : undefined}>
            {writer[name].toLocaleString("en")}
            {name === "buffered" && (
              <span className="text-ink-3"> of {writer.capacity.toLocaleString("en")}</span>
            )}
          </FigureText>
        ) : (
          <Skeleton className="my-1 w-12" />
        )}
      </dd>
    </div>
  );
}

function FigureText({ tone, children }: { tone: string | undefined; children: ReactNode }) {
  return <span className={cn("whitespace-nowrap font-medium", tone)}>{children}</span>;
}

function WhoseStats({ writer: { host, pid, since } }: { writer: LogWriterView }) {
  return (
    <>
      <span>
        Process <span className="mono">{pid}</span> on <span className="mono break-all">{host}</span>, started
      </span>
      <Timestamp value={since} />
    </>
  );
}
