"use client";

import type { ReactNode } from "react";
import { CopyField } from "@/components/copy-field";
import { KeyValue } from "@/components/key-value";
import { useSession } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Card, CardContent } from "@/components/ui/card";
import { JOB_TYPES, type JobOutcome, type JobView } from "@/contracts/jobs";
import { whomToAsk } from "@/contracts/roles";
import { durationText } from "@/lib/duration";
import { resultHref } from "../job-abilities";
import { StarterCell } from "../job-cells";

/** What is known of the job: who wanted it, when it ran, until when its result is kept. */
export function JobFacts({ value, className }: { value: JobView; className?: string }) {
  const { role } = useSession().admin;
  const { startedAt, finishedAt, outcome, resultExpiresAt } = value;
  const items: { label: string; value: ReactNode }[] = [
    { label: "Started by", value: <StarterCell value={value} className="max-w-full" /> },
    { label: "Request", value: <RequestFact value={value} /> },
    { label: "Queue", value: JOB_TYPES[value.type].queue },
    { label: "Attempts", value: <span className="tabular-nums">{value.attempts}</span> },
    { label: "Queued", value: <Timestamp value={value.createdAt} /> },
    { label: "Begun", value: <Instant value={startedAt} /> },
    { label: "Ended", value: <Instant value={finishedAt} /> },
    ...(outcome ? [{ label: "Rows", value: <Outcome value={outcome} /> }] : []),
    ...(startedAt && finishedAt ? [{ label: "Took", value: <Took from={startedAt} to={finishedAt} /> }] : []),
    ...(resultExpiresAt ? [{ label: "Result kept", value: <Timestamp value={resultExpiresAt} /> }] : []),
    ...(resultExpiresAt && !resultHref(value, role)
      ? [{ label: "Result", value: `Holds licence keys; ask ${whomToAsk("licenses:reveal")}` }]
      : []),
  ];
  return (
    <Card aria-label="Facts" className={className}>
      <CardContent>
        <KeyValue items={items} />
      </CardContent>
    </Card>
  );
}

function RequestFact({ value: { requestId } }: { value: JobView }) {
  if (!requestId) return <span className="text-ink-3">None</span>;
  return <CopyField value={requestId} label="request id" className="-my-1" />;
}

function Outcome({ value: { succeeded, failed } }: { value: JobOutcome }) {
  const said = `${succeeded.toLocaleString("en")} succeeded, ${failed.toLocaleString("en")} failed`;
  return <span className="tabular-nums">{said}</span>;
}

function Instant({ value }: { value: string | null }) {
  return value ? <Timestamp value={value} /> : <span className="text-ink-3">Not yet</span>;
}

/** From the first begin to the end, waits between attempts included. */
function Took({ from, to }: { from: string; to: string }) {
  const ms = Date.parse(to) - Date.parse(from);
  return <span className="tabular-nums">{durationText(ms)}</span>;
}
