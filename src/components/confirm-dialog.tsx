"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import { cn } from "@/lib/cn";
import { ErrorNotice } from "./error-notice";
import { Field } from "./field";
import { Button } from "./ui/button";
import { Dialog, DialogContent, DialogFooter } from "./ui/dialog";
import { Input } from "./ui/input";

export interface ConfirmDialogProps {
  onClose: () => void;
  title: string;
  /** Below the title: whose, or which. */
  description?: string;
  /** What it will cut, and whether it can be undone. */
  children: ReactNode;
  /** The verb itself: "Revoke", "Delete". */
  confirmLabel: string;
  onConfirm: () => void;
  /** Must be typed exactly before the button works. For where live traffic, or something unrecoverable, is at stake. */
  typedName?: string;
  tone?: "danger" | "primary";
  pending?: boolean;
  /** Whatever the attempt threw; shown with its request id. */
  error?: unknown;
}

/**
 * Asks before something that cuts: says what, and does it only on its verb. Mount it to open it, so that what was typed is
 * forgotten when it closes.
 */
export function ConfirmDialog({
  onClose,
  title,
  description,
  children,
  confirmLabel,
  onConfirm,
  typedName,
  tone = "danger",
  pending = false,
  error,
}: ConfirmDialogProps) {
  const [typed, setTyped] = useState("");
  const ready = typedName === undefined || typed === typedName;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A portal's events bubble through React's tree: without this, a form around the dialog would submit as well.
    event.stopPropagation();
    if (ready && !pending) onConfirm();
  };
  return (
    // Not while the work runs: the answer would have nowhere to appear.
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent title={title} description={description} size="sm">
        <form onSubmit={submit}>
          <div className={cn("space-y-3 break-words text-ink-2", description ? "mt-4" : "mt-2")}>
            {children}
          </div>
          {typedName !== undefined && (
            <Field
              className="mt-4"
              label={
                <>
                  Type{" "}
                  <span className="mono select-all break-all rounded-xs bg-idle-soft px-1 py-px">
                    {typedName}
                  </span>{" "}
                  to confirm
                </>
              }
            >
              <Input
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
              />
            </Field>
          )}
          {error ? <ErrorNotice error={error} className="mt-4" /> : null}
          <DialogFooter>
            <Button onClick={onClose} aria-disabled={pending}>
              Cancel
            </Button>
            <Button
              type="submit"
              variant={tone === "danger" ? "danger-solid" : "primary"}
              pending={pending}
              disabled={!ready}
            >
              {confirmLabel}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
