"use client";

import Link from "next/link";
import { AUDIT_ACTIONS } from "@/contracts/audit";
import { ErrorNotice } from "./error-notice";
import { HistoryDiff, type RecordedChange } from "./history-diff";
import { Timestamp } from "./timestamp";
import { Card, CardContent, CardHeader, CardTitle } from "./ui/card";
import { Skeleton } from "./ui/skeleton";

/** One change on record. */
export interface HistoryEntry extends RecordedChange {
  id: string;
  at: string;
  actor: string;
  ip: string | null;
}

interface HistoryCardProps {
  /** Undefined while the server is asked. */
  entries: readonly HistoryEntry[] | undefined;
  error: unknown;
  onRetry: () => void;
  /** Where all of them are. */
  href: string;
}

/** The latest changes to a record: who, what, when, from where, and what it was before. */
export function HistoryCard({ entries, error, onRetry, href }: HistoryCardProps) {
  return (
    <Card aria-labelledby="history-title">
      <CardHeader>
        <CardTitle id="history-title">History</CardTitle>
        {entries && entries.length > 0 && (
          <Link href={href} className="text-ink-2 text-sm hover:text-ink hover:underline">
            {entries.length >= LATEST ? `The latest ${LATEST}; all in Audit` : "In Audit"}
          </Link>
        )}
      </CardHeader>
      {!entries && !error && (
        <CardContent className="space-y-4">
          <Skeleton className="w-64" />
          <Skeleton className="w-48" />
        </CardContent>
      )}
      {error ? (
        <CardContent>
          <ErrorNotice error={error} onRetry={onRetry} />
        </CardContent>
      ) : null}
      {entries?.length === 0 && (
        <CardContent>
          <p className="text-ink-2">No administrator has changed anything here.</p>
        </CardContent>
      )}
      <ol className="divide-y">
        {entries?.map((entry) => (
          <li key={entry.id} className="px-4 py-3 text-sm">
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** How many the server gives. */
const LATEST = 20;

function Entry({ entry }: { entry: HistoryEntry }) {
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-1.5">
        <span className="font-medium">{entry.actor}</span>
        {AUDIT_ACTIONS[entry.action] ?? entry.action}
        <Timestamp value={entry.at} className="ml-auto text-ink-2" />
      </p>
      <HistoryDiff change={entry} />
      {entry.ip && (
        <p className="mt-1 text-ink-3 text-xs">
          from <span className="mono">{entry.ip}</span>
        </p>
      )}
    </>
  );
}
