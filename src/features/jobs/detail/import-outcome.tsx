"use client";

import { useQuery } from "@tanstack/react-query";
import { ErrorNotice } from "@/components/error-notice";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { Id } from "@/contracts/ids";
import { type FailedRow, readImportResult } from "./import-result";

const SHOWN = 100;

/** What became of the rows of an import, from its result: how many went in, and which did not. */
export function ImportOutcome({ id }: { id: Id<"job"> }) {
  const result = useQuery({
    queryKey: ["import result", id],
    queryFn: () => readImportResult(id),
    // It never changes, and may be a megabyte.
    staleTime: Number.POSITIVE_INFINITY,
  });
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
