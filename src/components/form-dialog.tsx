"use client";

import type { ReactNode } from "react";
import { confirmDismissProps } from "@/lib/confirm-dismiss";
import type { FormHandle } from "@/lib/use-zod-form";
import { FormFooter } from "./form-footer";
import { Button } from "./ui/button";
import { DIALOG_COLUMN, Dialog, DialogBody, DialogContent } from "./ui/dialog";

interface FormDialogProps {
  title: string;
  description?: ReactNode;
  size?: "sm" | "md" | "lg";
  form: FormHandle;
  submitLabel: string;
  /** In the place of Cancel, on a second step: goes back to the first. */
  onBack?: (() => void) | undefined;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
}

/**
 * A form in a dialog. Mount it to open it, so that each opening starts afresh. Nothing closes it while an attempt is under
 * way: the answer would have nowhere to appear.
 */
export function FormDialog({
  title,
  description,
  size,
  form: { dirty, pending, failure, submit },
  submitLabel,
  onBack,
  onClose,
  children,
}: FormDialogProps) {
  return (
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent
        title={title}
        description={description}
        size={size}
        fixedFooter
        {...confirmDismissProps(dirty)}
      >
        <form onSubmit={submit} noValidate className={DIALOG_COLUMN}>
          <DialogBody className="space-y-4">{children}</DialogBody>
          <FormFooter error={failure}>
            <Button onClick={onBack ?? onClose} aria-disabled={pending}>
              {onBack ? "Back" : "Cancel"}
            </Button>
            <Button type="submit" variant="primary" pending={pending}>
              {submitLabel}
            </Button>
          </FormFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
