import type { MouseEvent } from "react";

/** Marks the link that a row of a table leads to. */
export const ROW_LINK = { "data-row-link": "" };

/**
 * For what a cell shows on hover and focus alone: a pointer's press on it is a press on the row, which leads on. From the
 * keyboard the row has its link, so there a press keeps its own meaning.
 */
export const PRESS_IS_THE_ROWS = { "data-press-is-the-rows": "" };

const INTERACTIVE =
  "a,button:not([data-press-is-the-rows]),input,label,select,textarea,[role=menuitem],[role=checkbox]";

function linkOf(row: Element | null): HTMLAnchorElement | null {
  return row?.querySelector<HTMLAnchorElement>("a[data-row-link]") ?? null;
}

/** Whether what was pressed is {@link PRESS_IS_THE_ROWS} in a row that leads somewhere, and was pressed by a pointer. */
export function isPressOnRow(event: MouseEvent<Element>): boolean {
  // A click that the keyboard made counts no presses.
  return event.detail > 0 && linkOf(event.currentTarget.closest("tr")) !== null;
}

/**
 * Follows the row's link for a press anywhere on the row. The link itself stays a link: the keyboard, the context menu
 * and assistive software use it, and the row adds only a larger target for the pointer.
 */
export function openRow(event: MouseEvent<HTMLTableRowElement>): void {
  const target = event.target instanceof Element ? event.target : null;
  // React sends events of menus and dialogs here too, which the row opened but does not contain.
  if (!target || !event.currentTarget.contains(target) || target.closest(INTERACTIVE)) return;
  // The keyboard's press on something of the row's own.
  if (event.detail === 0 && target.closest("button")) return;
  // Ending a text selection is not a press.
  if (window.getSelection()?.toString()) return;
  const link = linkOf(event.currentTarget);
  if (!link) return;
  if (event.button === 1 || event.metaKey || event.ctrlKey || event.shiftKey)
    window.open(link.href, "_blank", "noopener");
  else link.click();
}
