"use client";

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./ui/button";
import { Checkbox } from "./ui/checkbox";

/** Which rows are ticked, and what can be done with them together. */
export interface DataTableSelection<Row> {
  /** Keys of the ticked rows, as `rowKey` gives them. */
  selected: ReadonlySet<string>;
  onChange: (selected: Set<string>) => void;
  /** Names the row's tick box: "Select Load test rig". */
  rowLabel: (row: Row) => string;
  /** Rows that no bulk action applies to have no tick box. */
  selectable?: (row: Row) => boolean;
  /** Buttons of the bulk-action bar. */
  actions: ReactNode;
}

interface SelectAllProps<Row> {
  selection: DataTableSelection<Row>;
  rows: readonly Row[];
  rowKey: (row: Row) => string;
}

/** Ticks or clears every row of the page. */
export function SelectAll<Row>({ selection, rows, rowKey }: SelectAllProps<Row>) {
  const keys = rows.filter((row) => selection.selectable?.(row) ?? true).map(rowKey);
  const ticked = keys.filter((key) => selection.selected.has(key)).length;
  const state = ticked === 0 ? false : ticked === keys.length ? true : "indeterminate";
  return (
    <span className="flex">
      <Checkbox
        aria-label="Select all rows of this page"
        checked={state}
        disabled={keys.length === 0}
        onCheckedChange={(on) => selection.onChange(new Set(on === true ? keys : []))}
      />
    </span>
  );
}

/** Ticks one row. */
export function SelectRow<Row>({
  selection,
  row,
  id,
}: {
  selection: DataTableSelection<Row>;
  row: Row;
  id: string;
}) {
  if (selection.selectable && !selection.selectable(row)) return null;
  const toggle = (on: boolean) => {
    const next = new Set(selection.selected);
    if (on) next.add(id);
    else next.delete(id);
    selection.onChange(next);
  };
  return (
    <span className="flex">
      <Checkbox
        aria-label={`Select ${selection.rowLabel(row)}`}
        checked={selection.selected.has(id)}
        onCheckedChange={(on) => toggle(on === true)}
      />
    </span>
  );
}

/** Covers the headings while rows are ticked, so that nothing below it moves, and stays in sight as they do. */
export function BulkBar<Row>({ selection }: { selection: DataTableSelection<Row> }) {
  return (
    <div className="sticky top-13 z-20 h-0">
      <section
        aria-label="Actions for the selected rows"
        className="ml-11 flex h-9 items-center gap-2 rounded-tr-[9px] border-b bg-surface pr-2 pl-2 text-sm"
      >
        <span role="status" className="mr-2 whitespace-nowrap tabular-nums">
          {selection.selected.size} selected
        </span>
        {selection.actions}
        <Button variant="ghost" size="sm" onClick={() => selection.onChange(new Set())}>
          <X aria-hidden />
          Clear selection
        </Button>
      </section>
    </div>
  );
}
