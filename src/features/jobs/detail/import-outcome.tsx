"use client";

import { ErrorNotice } from "@/components/error-notice";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { Id } from "@/contracts/ids";
import { readCsv } from "@/lib/csv";
import { trpc } from "@/trpc/client";

const SHOWN = 100;

/** What became of the rows of an import, from its result: how many went in, and which did not. */
export function ImportOutcome({ id }: { id: Id<"job"> }) {
  // It never changes, and may be a megabyte.
  const result = trpc.jobs.result.useQuery(
    { id },
    { staleTime: Number.POSITIVE_INFINITY, select: outcomeOf },
  );
  return (
    <Card aria-labelledby="import-outcome">
      <CardHeader>
        <CardTitle id="import-outcome">Rows</CardTitle>
        {result.data && (
          <span className="text-ink-2 text-sm tabular-nums">
            {result.data.imported.toLocaleString("en")} imported,{" "}
            {result.data.failed.length.toLocaleString("en")} not
          </span>
        )}
      </CardHeader>
      {result.error && (
        <CardContent>
          <ErrorNotice error={result.error} onRetry={() => void result.refetch()} />
        </CardContent>
      )}
      {result.isPending && (
        <CardContent>
          <Skeleton className="w-64" />
        </CardContent>
      )}
      {result.data && <FailedRows rows={result.data.failed} />}
    </Card>
  );
}

interface FailedRow {
  line: string;
  email: string;
  problem: string;
}

/** Reads the columns line, email, id, outcome and problem. */
function outcomeOf({ text }: { text: string }): { imported: number; failed: FailedRow[] } {
  const rows = readCsv(text).slice(1);
  const failed = rows
    .filter(({ cells }) => cells[3] === "failed")
    .map(({ cells: [line = "", email = "", , , problem = ""] }) => ({ line, email, problem }));
  return { imported: rows.length - failed.length, failed };
}

function FailedRows({ rows }: { rows: readonly FailedRow[] }) {
  if (rows.length === 0) {
    return (
      <CardContent>
        <p className="text-ink-2">Every row was imported.</p>
      </CardContent>
    );
  }
  return (
    <>
      <Table aria-label="Rows that were not imported">
        <TableHeader>
          <tr>
            <TableHead>Line</TableHead>
            <TableHead>Email</TableHead>
            <TableHead>Why it was not imported</TableHead>
          </tr>
        </TableHeader>
        <TableBody>
          {rows.slice(0, SHOWN).map(({ line, email, problem }) => (
            <TableRow key={line}>
              <TableCell className="tabular-nums">{line}</TableCell>
              <TableCell>{email || <span className="text-ink-3">None</span>}</TableCell>
              <TableCell>
                <span className="block min-w-48 whitespace-normal py-1.5">{problem}</span>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {rows.length > SHOWN && (
        <p className="border-t px-4 py-2 text-ink-2 text-sm">
          The first {SHOWN} of {rows.length.toLocaleString("en")}; the result has them all.
        </p>
      )}
    </>
  );
}
