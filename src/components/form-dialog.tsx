"use client";

import type { FormEvent, ReactNode, RefObject } from "react";
import { confirmDismissProps } from "@/lib/confirm-dismiss";
import { FormFooter } from "./form-footer";
import { Button } from "./ui/button";
import { DIALOG_COLUMN, Dialog, DialogBody, DialogContent } from "./ui/dialog";

interface FormDialogProps {
  title: string;
  description?: ReactNode;
  size?: "sm" | "md" | "lg";
  /** For whoever moves the focus to a wrong field. */
  formRef: RefObject<HTMLFormElement | null>;
  /** Whether anything was typed or chosen that closing would lose. */
  dirty: boolean;
  /** An attempt is under way. Nothing closes the dialog then: the answer would have nowhere to appear. */
  pending: boolean;
  /** Whatever the last attempt threw, but for what stands beside the fields. */
  error: unknown;
  submitLabel: string;
  onSubmit: () => void;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
}

/** A form in a dialog. Mount it to open it, so that each opening starts afresh. */
export function FormDialog({
  title,
  description,
  size,
  formRef,
  dirty,
  pending,
  error,
  submitLabel,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) onSubmit();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent
        title={title}
        description={description}
        size={size}
        fixedFooter
        {...confirmDismissProps(dirty)}
      >
        <form ref={formRef} onSubmit={submit} noValidate className={DIALOG_COLUMN}>
          <DialogBody className="space-y-4">{children}</DialogBody>
          <FormFooter error={error}>
            <Button onClick={onClose} aria-disabled={pending}>
              Cancel
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
