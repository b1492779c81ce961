"use client";

import { ConfirmDialog, type ConfirmDialogProps } from "./confirm-dialog";
import { toast } from "./ui/toast";

interface DeleteDialogProps<Input>
  extends Pick<ConfirmDialogProps, "title" | "typedName" | "children" | "onClose"> {
  /** Of the procedure that deletes. Its own `onSuccess` refreshes, with `useRefreshWithout`. */
  mutation: {
    mutate: (input: Input, options: { onSuccess: () => void }) => void;
    isPending: boolean;
    error: unknown;
  };
  input: Input;
  /** Said when it is done: "Deleted the licence. Its history stays." */
  done: string;
  /** Leaves the page of what is gone. */
  onDeleted?: (() => void) | undefined;
}

/** Asks before a record is gone for good. */
export function DeleteDialog<Input>({ mutation, input, done, onDeleted, ...rest }: DeleteDialogProps<Input>) {
  const onSuccess = () => {
    toast({ text: done });
    rest.onClose();
    onDeleted?.();
  };
  return (
    <ConfirmDialog
      {...rest}
      confirmLabel="Delete"
      onConfirm={() => mutation.mutate(input, { onSuccess })}
      pending={mutation.isPending}
      error={mutation.error}
    />
  );
}
