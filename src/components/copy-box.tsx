"use client";

import { CopyButton } from "./copy-field";

interface CopyBoxProps {
  value: string;
  "data-testid": string;
}

/** What a dialog shows this once, whole, with the button that copies it. */
export function CopyBox({ value, ...props }: CopyBoxProps) {
  return (
    <div
      data-copy-box
      className="flex flex-wrap items-center justify-between gap-2 rounded-lg border border-line-strong bg-sunken px-3 py-2.5"
    >
      <code {...props} className="mono min-w-0 flex-1 basis-60 select-all break-all">
        {value}
      </code>
      <CopyButton value={value} variant="primary" size="md" className="min-w-24" />
    </div>
  );
}

/** For such a dialog's content (`onOpenAutoFocus`): the focus starts on "Copy", so that a held Enter copies. */
export function focusCopyBox(event: Event): void {
  event.preventDefault();
  const dialog = event.currentTarget as HTMLElement;
  dialog.querySelector<HTMLElement>("[data-copy-box] button")?.focus();
}
