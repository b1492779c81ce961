"use client";

import type { ReactNode } from "react";
import { CopyField } from "@/components/copy-field";
import { KeyValue } from "@/components/key-value";
import { Link } from "@/components/link";
import { useSession } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { JOB_TYPES } from "@/contracts/job-types";
import type { JobDetails, JobView } from "@/contracts/jobs";
import { whomToAsk } from "@/contracts/roles";
import type { JobOutcome } from "@/contracts/schemas/jobs";
import { durationText } from "@/lib/duration";
import { resultHref } from "../job-abilities";
import { StarterCell } from "../job-cells";

/** What is known of the job: who wanted it, when it ran, until when its result is kept. */
export function JobFacts({ job, className }: { job: JobView; className?: string }) {
  const { role } = useSession().admin;
  const { startedAt, finishedAt, outcome, resultExpiresAt } = job;
  const items: { label: string; value: ReactNode }[] = [
    { label: "Started by", value: <StarterCell job={job} className="max-w-full" /> },
    { label: "Request", value: <RequestFact job={job} /> },
    { label: "Queue", value: JOB_TYPES[job.type].queue },
    { label: "Attempts", value: <span className="tabular-nums">{job.attempts}</span> },
    { label: "Queued", value: <Timestamp value={job.createdAt} /> },
    { label: "Begun", value: <Instant value={startedAt} /> },
    { label: "Ended", value: <Instant value={finishedAt} /> },
    ...(outcome ? [{ label: "Rows", value: <Outcome value={outcome} /> }] : []),
    ...(startedAt && finishedAt ? [{ label: "Took", value: <Took from={startedAt} to={finishedAt} /> }] : []),
    ...(resultExpiresAt ? [{ label: "Result kept", value: <Timestamp value={resultExpiresAt} /> }] : []),
    ...(resultExpiresAt && !resultHref(job, role)
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

function RequestFact({ job: { requestId } }: { job: JobView }) {
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

const LABELS: Record<string, string> = {
  product: "Product",
  count: "Licences",
  customerId: "Customer",
  activationLimit: "Activation limit",
  expiresAt: "Expires",
  features: "Features",
  metadata: "Metadata",
  status: "Status",
  search: "Search",
  from: "Received from",
  to: "Received before",
  type: "Type",
  flagged: "Flagged",
};

const INSTANTS = new Set(["expiresAt", "from", "to"]);

/** What the job was asked to do. */
export function JobAsked({ value }: { value: JobDetails }) {
  return (
    <Card aria-labelledby="job-input">
      <CardHeader>
        <CardTitle id="job-input">Input</CardTitle>
      </CardHeader>
      <CardContent>
        <Summary value={value} />
      </CardContent>
    </Card>
  );
}

function Summary({ value: { type, progress, input } }: { value: JobDetails }) {
  if (type === "customers.import") {
    return (
      <KeyValue items={[{ label: "Rows", value: (progress.total ?? progress.done).toLocaleString("en") }]} />
    );
  }
  if (!input) return <p className="text-ink-2">No longer kept: inputs go 7 days after the end of a job.</p>;
  // An export of licences has all it was asked inside of its filter.
  const fields = typeof input.filter === "object" && input.filter !== null ? input.filter : input;
  const given = new Map(Object.entries(fields).filter(([, field]) => !isNothing(field)));
  // In our order: the database keeps none. A field that was added since is shown under its own name.
  const names = new Set([...Object.keys(LABELS).filter((name) => given.has(name)), ...given.keys()]);
  const items = [...names].map((name) => ({
    label: LABELS[name] ?? name,
    value: <JobInputValue name={name} value={given.get(name)} />,
  }));
  if (items.length === 0) return <p className="text-ink-2">Every licence of the environment.</p>;
  return <KeyValue items={items} />;
}

function isNothing(field: unknown): boolean {
  return field === null || field === "" || ["[]", "{}"].includes(JSON.stringify(field));
}

function JobInputValue({ name, value }: { name: string; value: unknown }): ReactNode {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "number") return <span className="tabular-nums">{value.toLocaleString("en")}</span>;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value !== "string") return <span className="mono break-all">{JSON.stringify(value)}</span>;
  if (INSTANTS.has(name)) return <Timestamp value={value} />;
  if (name !== "customerId") return value;
  return (
    <Link href={`/customers/${value}`} className="mono break-all text-accent hover:underline">
      {value}
    </Link>
  );
}
