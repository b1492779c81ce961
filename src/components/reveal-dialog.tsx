"use client";

import type { ReactNode } from "react";
import type { Environment } from "@/contracts/environments";
import { useLeaveConfirmation } from "@/lib/use-leave-confirmation";
import { CopyBox, focusCopyBox } from "./copy-box";
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
  useLeaveConfirmation(open);
  return (
    <Dialog open={open}>
      <DialogContent
        title={title}
        description={description}
        dismissible={false}
        onOpenAutoFocus={focusCopyBox}
      >
        <div className="mt-4 mb-3">
          <CopyBox value={secret} data-testid="revealed-key" />
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
