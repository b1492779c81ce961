import { Note } from "@/components/note";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { count } from "@/lib/words";
import type { CustomerFile } from "./customer-file";

const ROWS_SHOWN = 3;
const PROBLEMS_SHOWN = 5;

/** What a picked file would import: how many rows, the first of them, and what is wrong with others. */
export function CustomerFilePreview({ value: { rows, lines, problems } }: { value: CustomerFile }) {
  const good = rows.length - problems.length;
  const figure = (amount: number) => amount.toLocaleString("en");
  return (
    <section aria-label="Preview" className="space-y-3">
      <p role="status" className="text-sm tabular-nums">
        <span className="font-medium">{count(rows.length, "row")}</span>
        {problems.length === 0
          ? ", none of them wrong."
          : `: ${figure(good)} to import, ${figure(problems.length)} wrong.`}
      </p>
      <div className="rounded-lg border">
        <Table aria-label="First rows">
          <TableHeader>
            <tr>
              <TableHead>Line</TableHead>
              <TableHead>Email</TableHead>
              <TableHead>Name</TableHead>
              <TableHead>Metadata</TableHead>
            </tr>
          </TableHeader>
          <TableBody>
            {rows.slice(0, ROWS_SHOWN).map(({ email, name, metadata }, index) => (
              <TableRow key={lines[index]}>
                <TableCell className="tabular-nums">{lines[index]}</TableCell>
                <TableCell className="max-w-48 truncate">
                  <Shown value={email} />
                </TableCell>
                <TableCell className="max-w-36 truncate">
                  <Shown value={name} />
                </TableCell>
                <TableCell className="mono max-w-40 truncate">
                  <Shown value={metadata && JSON.stringify(metadata)} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
        {rows.length > ROWS_SHOWN && (
          <p className="border-t px-3 py-1.5 text-ink-3 text-xs">
            and {figure(rows.length - ROWS_SHOWN)} more
          </p>
        )}
      </div>
      {problems.length > 0 && (
        <Note tone="warn">
          <ul>
            {problems.slice(0, PROBLEMS_SHOWN).map(({ line, problem }) => (
              <li key={line} className="break-words">
                Line {line}: {problem}
              </li>
            ))}
          </ul>
          {problems.length > PROBLEMS_SHOWN && <p>and {figure(problems.length - PROBLEMS_SHOWN)} more.</p>}
          <p className="mt-1">They stay out and are listed in the result of the job.</p>
        </Note>
      )}
    </section>
  );
}

function Shown({ value }: { value: unknown }) {
  return value ? String(value) : <span className="text-ink-3">None</span>;
}
