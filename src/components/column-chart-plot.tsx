"use client";

import {
  type ChangeEvent,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useRef,
  useState,
} from "react";
import { cn } from "@/lib/cn";
import { columnPaths } from "@/lib/column-scale";

/** Columns by their place, both included; `first` is never after `last`. */
export interface PlotRange {
  first: number;
  last: number;
}

interface ColumnChartPlotProps {
  label: string;
  /** Id of the text that tells how to mark a range. */
  describedBy: string | undefined;
  /** Values of each column, one per series. */
  rows: readonly (readonly number[])[];
  /** Class of each series' colour. */
  fills: readonly string[];
  range: PlotRange | null;
  onRange: (range: PlotRange | null) => void;
  onSelect: ((range: PlotRange) => void) | undefined;
  /** A range in words, for those who do not see it. */
  textOf: (range: PlotRange) => string;
  /** Stands in front of an empty plot. */
  children: ReactNode;
}

/** The columns, and the ways of pointing at them: mouse, finger and keys. */
export function ColumnChartPlot(props: ColumnChartPlotProps) {
  const { label, describedBy, rows, fills, range, textOf, children } = props;
  const { pointer, keys } = usePointing(props);
  return (
    <div
      {...pointer}
      className={cn(
        "relative h-40 touch-pan-y select-none rounded-xs has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2",
        props.onSelect && "cursor-crosshair",
      )}
    >
      <svg
        aria-hidden
        viewBox={`0 0 ${Math.max(rows.length, 1)} 100`}
        preserveAspectRatio="none"
        className="size-full"
      >
        {[0, 50, 100].map((y) => (
          <path
            key={y}
            d={`M0 ${y}H${rows.length}`}
            className="fill-none stroke-line"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        {range && (
          <rect
            x={range.first}
            y={0}
            width={range.last - range.first + 1}
            height={100}
            className="fill-line-strong opacity-60"
          />
        )}
        {columnPaths(rows, fills.length).map((d, series) => (
          <path key={fills[series]} d={d} className={fills[series]} />
        ))}
      </svg>
      {children && (
        <p className="absolute inset-0 flex items-center justify-center text-center text-ink-2 text-sm">
          {children}
        </p>
      )}
      {rows.length > 0 && (
        // A slider is what "one of many places in a row" is to assistive software, and brings its keys along.
        <input
          {...keys}
          type="range"
          aria-label={label}
          aria-describedby={describedBy}
          aria-valuetext={textOf(range ?? { first: 0, last: rows.length - 1 })}
          min={0}
          max={rows.length - 1}
          className="pointer-events-none absolute inset-0 size-full appearance-none opacity-0"
        />
      )}
    </div>
  );
}

/**
 * Pointing and marking. A mark has a fixed end, where it began, and one that moves; both ways of pointing share them, so
 * that a mark begun with the mouse can be carried on with the keys.
 */
function usePointing({ rows, range, onRange, onSelect }: ColumnChartPlotProps) {
  const fixed = useRef<number | null>(null);
  const last = rows.length - 1;
  const [wanted, setMoving] = useState(last);
  // There may be fewer columns by now.
  const moving = Math.max(Math.min(wanted, last), 0);
  const moveTo = (column: number, mark: boolean) => {
    if (!mark) fixed.current = null;
    else fixed.current ??= moving;
    setMoving(column);
    const other = fixed.current ?? column;
    onRange({ first: Math.min(column, other), last: Math.max(column, other) });
  };
  const columnAt = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / width) * rows.length);
    return Math.min(Math.max(column, 0), last);
  };
  const leave = () => {
    fixed.current = null;
    onRange(null);
  };
  const isDragging = (event: PointerEvent<HTMLElement>) =>
    event.currentTarget.hasPointerCapture(event.pointerId);
  return {
    pointer: {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button !== 0 || last < 0) return;
        moveTo(columnAt(event), false);
        if (!onSelect) return;
        // From here on the plot hears of the pointer wherever it goes: a drag often ends beside it.
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (last >= 0) moveTo(columnAt(event), isDragging(event));
      },
      onPointerUp: (event: PointerEvent<HTMLElement>) => {
        if (!isDragging(event) || !range) return;
        onSelect?.(range);
        leave();
      },
      // The browser takes a finger's move for scrolling: nothing was marked.
      onPointerCancel: leave,
      onPointerLeave: (event: PointerEvent<HTMLElement>) => {
        if (!isDragging(event)) leave();
      },
    },
    keys: {
      value: moving,
      // Keys are dealt with below; assistive software may set the value itself.
      onChange: (event: ChangeEvent<HTMLInputElement>) => moveTo(Number(event.target.value), false),
      onFocus: () => moveTo(moving, false),
      onBlur: leave,
      onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
        if (event.key === "Enter" && onSelect && range) {
          event.preventDefault();
          onSelect(range);
          return;
        }
        const target = columnAfter(event.key, moving, last);
        if (target === null) return;
        event.preventDefault();
        moveTo(target, event.shiftKey && onSelect !== undefined);
      },
    },
  };
}

/** Where a key leads; null for keys that lead nowhere. */
function columnAfter(key: string, column: number, last: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: column - 1,
    ArrowDown: column - 1,
    ArrowRight: column + 1,
    ArrowUp: column + 1,
    PageDown: column - 7,
    PageUp: column + 7,
    Home: 0,
    End: last,
  };
  const target = steps[key];
  return target === undefined ? null : Math.min(Math.max(target, 0), last);
}
