import Link from "next/link";
import type { ReactNode } from "react";
import { KeyValue } from "@/components/key-value";
import { Timestamp } from "@/components/timestamp";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { JobDetails } from "@/contracts/jobs";

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

function Summary({ value: { type, progress, asked } }: { value: JobDetails }) {
  if (type === "customers.import") {
    return (
      <KeyValue items={[{ label: "Rows", value: (progress.total ?? progress.done).toLocaleString("en") }]} />
    );
  }
  if (!asked) return <p className="text-ink-2">No longer kept: inputs go 7 days after the end of a job.</p>;
  // An export of licences has all it was asked inside of its filter.
  const fields = typeof asked.filter === "object" && asked.filter !== null ? asked.filter : asked;
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
