"use client";

import { type ReactNode, useRef } from "react";
import type { Environment } from "@/contracts/environments";
import { useLeaveConfirmation } from "@/lib/use-leave-confirmation";
import { CopyButton } from "./copy-field";
import { Note } from "./note";
import { QuickStart } from "./quick-start";
import { Button } from "./ui/button";
import { Dialog, DialogContent, DialogFooter } from "./ui/dialog";

interface RevealDialogProps {
  open: boolean;
  /** Kept in the caller's state only; drop it in `onStored`. */
  secret: string;
  /** Of the key, for lines to paste. */
  environment: Environment;
  /** What a finder of the key could do with it. */
  warning?: ReactNode;
  onStored: () => void;
  /** Below the lines: whether the first call has come. */
  children?: ReactNode;
  title?: string;
  description?: ReactNode;
}

/**
 * Shows a secret the one time it exists. Closes by its own button and by nothing else: no Esc, no press outside, no
 * stray key (the focus starts on "Copy", so a held Enter copies), no step back; leaving the page asks first.
 */
export function RevealDialog({
  open,
  secret,
  environment,
  warning,
  onStored,
  children,
  title = "Copy your API key",
  description = "This is the only time it is shown. Store it where your integration reads its secrets.",
}: RevealDialogProps) {
  const copyRef = useRef<HTMLDivElement>(null);
  useLeaveConfirmation(open);
  return (
    <Dialog open={open}>
      <DialogContent
        title={title}
        description={description}
        dismissible={false}
        onOpenAutoFocus={(event) => {
          event.preventDefault();
          copyRef.current?.querySelector("button")?.focus();
        }}
      >
        <div className="mt-4 mb-3 flex flex-wrap items-center justify-between gap-2 rounded-lg border border-line-strong bg-sunken px-3 py-2.5">
          <code data-testid="revealed-key" className="mono min-w-0 flex-1 basis-60 select-all break-all">
            {secret}
          </code>
          <div ref={copyRef}>
            <CopyButton value={secret} variant="primary" size="md" className="min-w-24" />
          </div>
        </div>
        <QuickStart environment={environment} secret={secret} />
        {children}
        {warning && (
          <Note tone="warn" className="mt-3">
            {warning}
          </Note>
        )}
        <DialogFooter>
          <Button onClick={onStored}>I have stored it</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
