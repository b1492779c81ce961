import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

/** One column. The one marked `link` carries the row's link, so it must hold the row's name. */
export interface DataTableColumn<Row> {
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  sortable?: boolean;
  link?: boolean;
  /** Takes what the other columns leave, and its text is cut where that is not enough. One of each table. */
  grow?: boolean;
  /** How wide the table must be for the column to be there. Absent for what never leaves; the first and the last do not. */
  from?: TableWidth;
  /** For heading and cells alike. */
  className?: string;
  /** How high most rows are, where that is not 44 px: for those that hold their place. */
  placeholderClassName?: string;
}

/**
 * Widths of a table, in pixels, at which columns come and go, least asked for first: so nothing is ever cut off at the
 * side. A page's table is 720 wide on a screen of 1024, 980 on one of 1280, 1060 on 1360 and 1140 on 1440, each with a
 * scroll bar; at 200 % zoom it is 592 or less. By the table, not by the screen: the same one may stand in a half page.
 */
const FROM = {
  400: "hidden @min-[400px]/table:table-cell",
  480: "hidden @min-[480px]/table:table-cell",
  560: "hidden @min-[560px]/table:table-cell",
  720: "hidden @min-[720px]/table:table-cell",
  860: "hidden @min-[860px]/table:table-cell",
  980: "hidden @min-[980px]/table:table-cell",
  1060: "hidden @min-[1060px]/table:table-cell",
  1140: "hidden @min-[1140px]/table:table-cell",
  1280: "hidden @min-[1280px]/table:table-cell",
  1440: "hidden @min-[1440px]/table:table-cell",
} as const;

export type TableWidth = keyof typeof FROM;

/** For heading and cells of a column: its place among the others, and its own looks. */
export function columnClass({ grow, from, className }: Omit<DataTableColumn<never>, "cell">): string {
  return cn(grow && "w-full min-w-28 max-w-0", from && FROM[from], className);
}
