"use client";

import { ErrorNotice } from "@/components/error-notice";
import { Skeleton } from "@/components/ui/skeleton";
import type { Id } from "@/contracts/ids";
import type { Counted, KeyTraffic, Traffic } from "@/contracts/usage";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";

/** What a key did lately, and so what cutting it off would cut. */
export function KeyTrafficTable({ id }: { id: Id<"key"> }) {
  const traffic = trpc.usage.traffic.useQuery({ id }, { gcTime: 0 });
  if (traffic.error) return <ErrorNotice error={traffic.error} onRetry={() => void traffic.refetch()} />;
  if (!traffic.data) {
    return (
      <div aria-busy className="h-32 space-y-3 rounded-lg border p-3">
        <Skeleton className="w-40" />
        <Skeleton className="w-64" />
        <Skeleton className="w-52" />
      </div>
    );
  }
  return <Table traffic={traffic.data} />;
}

interface Line {
  name: string;
  quarter: number | null;
  day: number;
}

interface Section {
  title: string;
  mono: boolean;
  lines: Line[];
}

function Table({ traffic }: { traffic: KeyTraffic }) {
  const { last15Minutes: quarter, last24Hours: day, openJobs, cappedAt } = traffic;
  if (day.calls + openJobs === 0) return <p>No call named this key in the last 24 hours.</p>;
  return (
    <div className="space-y-2">
      <div className="rounded-lg border">
        <table className="w-full border-collapse text-sm tabular-nums">
          <thead className="text-ink-3 text-xs">
            <tr className="border-b">
              <th scope="col" className="px-3 py-1.5 text-left font-normal">
                What it would cut
              </th>
              <th scope="col" className="px-2 py-1.5 text-right font-normal">
                15 min
              </th>
              <th scope="col" className="px-3 py-1.5 text-right font-normal">
                24 h
              </th>
            </tr>
          </thead>
          <tbody>
            <Row name="Calls" strong quarter={quarter.calls} day={day.calls} />
            {(quarter.jobs > 0 || day.jobs > 0) && (
              <Row name="Jobs started" strong quarter={quarter.jobs} day={day.jobs} />
            )}
          </tbody>
          {sectionsOf(quarter, day).map(({ title, mono, lines }) => (
            <tbody key={title}>
              <tr className="border-t">
                <th
                  scope="rowgroup"
                  colSpan={3}
                  className="px-3 pt-1.5 text-left font-normal text-ink-3 text-xs"
                >
                  {title}
                </th>
              </tr>
              {lines.map((line) => (
                <Row key={line.name} mono={mono} {...line} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
      {openJobs > 0 && (
        <p className="text-warn">
          {openJobs === 1
            ? "A job that it started waits or runs, and would fail."
            : `${count(openJobs, "job")} that it started wait or run, and would fail.`}
        </p>
      )}
      {cappedAt !== null && (
        <p className="text-ink-3 text-xs">
          Addresses and customers are those of the latest {cappedAt.toLocaleString("en")} calls.
        </p>
      )}
    </div>
  );
}

function sectionsOf(quarter: Traffic, day: Traffic): Section[] {
  return [
    { title: "Routes", mono: true, lines: merged(quarter.routes, day.routes) },
    { title: "Addresses", mono: true, lines: merged(quarter.addresses, day.addresses) },
    { title: "Customers", mono: false, lines: merged(quarter.customers, day.customers) },
  ].filter(({ lines }) => lines.length > 0);
}

/** The top list of the day, with the same of the quarter hour where it is known: that list may have left it out. */
function merged(quarter: readonly Counted[], day: readonly Counted[]): Line[] {
  const isWhole = quarter.length < day.length;
  return day.map(({ name, calls }) => ({
    name: name || "no such route",
    quarter: quarter.find((one) => one.name === name)?.calls ?? (isWhole ? 0 : null),
    day: calls,
  }));
}

interface RowProps extends Line {
  strong?: boolean;
  mono?: boolean;
}

function Row({ name, quarter, day, strong = false, mono = false }: RowProps) {
  return (
    <tr className={strong ? "font-medium text-ink" : ""}>
      <th
        scope="row"
        className={`break-all px-3 py-1 text-left ${strong ? "font-medium" : "font-normal"} ${mono ? "mono" : ""}`}
      >
        {name}
      </th>
      <td className="px-2 py-1 text-right">{quarter === null ? "–" : quarter.toLocaleString("en")}</td>
      <td className="px-3 py-1 text-right">{day.toLocaleString("en")}</td>
    </tr>
  );
}
