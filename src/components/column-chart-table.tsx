"use client";

import { type ReactNode, useState } from "react";

interface ColumnChartTableProps {
  label: string;
  headings: readonly string[];
  rows: readonly { key: string; name: string; values: readonly number[] }[];
  /** Stands beside the button. */
  hint: ReactNode;
}

const figure = new Intl.NumberFormat("en");

/** The figures of a chart as text, latest first, drawn once they are asked for. */
export function ColumnChartTable({ label, headings, rows, hint }: ColumnChartTableProps) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} className="mt-3 text-sm">
      <summary className="flex min-h-6 items-center justify-between gap-4 text-ink-2 text-xs marker:content-none hover:text-ink">
        <span className="underline decoration-line-strong underline-offset-4">
          {open ? "Hide the figures" : "Show the figures"}
        </span>
        <span className="text-ink-3">{hint}</span>
      </summary>
      {open && (
        <section
          aria-label={`${label}, figures`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
          tabIndex={0}
          className="mt-2 max-h-72 overflow-y-auto rounded-lg border"
        >
          <table className="w-full border-collapse tabular-nums">
            <thead className="sticky top-0 bg-sunken text-ink-2 text-xs">
              <tr>
                {headings.map((heading, index) => (
                  <th
                    key={heading}
                    scope="col"
                    className={`px-3 py-2 font-medium ${index === 0 ? "text-left" : "text-right"}`}
                  >
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.toReversed().map(({ key, name, values }) => (
                <tr key={key} className="border-t">
                  <th scope="row" className="px-3 py-1.5 text-left font-normal text-ink-2">
                    {name}
                  </th>
                  {values.map((value, index) => (
                    <td key={headings[index + 1]} className="px-3 py-1.5 text-right">
                      {figure.format(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
