"use client";

import type { ReactNode } from "react";
import { KeyValue } from "@/components/key-value";
import { Timestamp } from "@/components/timestamp";
import { Card, CardContent } from "@/components/ui/card";
import { JOB_TYPES, type JobView } from "@/contracts/jobs";
import { RequestCell, StarterCell } from "../job-cells";

/** What is known of the job: who wanted it, when it ran, until when its result is kept. */
export function JobFacts({ value, className }: { value: JobView; className?: string }) {
  const { startedAt, finishedAt, resultExpiresAt } = value;
  const items: { label: string; value: ReactNode }[] = [
    { label: "Started by", value: <StarterCell value={value} className="max-w-full" /> },
    { label: "Request", value: <RequestCell value={value} className="-my-1" /> },
    { label: "Queue", value: JOB_TYPES[value.type].queue },
    { label: "Attempts", value: <span className="tabular-nums">{value.attempts}</span> },
    { label: "Queued", value: <Timestamp value={value.createdAt} /> },
    { label: "Begun", value: <Instant value={startedAt} /> },
    { label: "Ended", value: <Instant value={finishedAt} /> },
    ...(startedAt && finishedAt ? [{ label: "Took", value: <Took from={startedAt} to={finishedAt} /> }] : []),
    ...(resultExpiresAt ? [{ label: "Result kept", value: <Timestamp value={resultExpiresAt} /> }] : []),
  ];
  return (
    <Card aria-label="Facts" className={className}>
      <CardContent>
        <KeyValue items={items} />
      </CardContent>
    </Card>
  );
}

function Instant({ value }: { value: string | null }) {
  return value ? <Timestamp value={value} /> : <span className="text-ink-3">Not yet</span>;
}

/** From the first begin to the end, waits between attempts included. */
function Took({ from, to }: { from: string; to: string }) {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1_000;
  const text = seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
  return <span className="tabular-nums">{text}</span>;
}
