"use client";

import type { ReactNode } from "react";
import type { z } from "zod";
import { secondFactorCodeInput } from "@/contracts/schemas/second-factor";
import { useZodForm } from "@/lib/use-zod-form";
import { CodeField } from "./code-field";
import { FormDialog } from "./form-dialog";

interface CodeFormDialogProps {
  title: string;
  description: string;
  submitLabel: string;
  /** `any`: a recovery code is as good as one of the app. */
  kind: "app" | "any";
  /** Sends the code. What it throws is said in the dialog. */
  send: (input: z.output<typeof secondFactorCodeInput>) => Promise<void>;
  onClose: () => void;
  /** What has to be seen before a code can be typed. */
  above?: ReactNode;
  /** Below the field. */
  children?: ReactNode;
}

/** Asks for a code of the second factor. */
export function CodeFormDialog({ kind, send, above, children, ...dialog }: CodeFormDialogProps) {
  const form = useZodForm({
    defaultValues: { code: "" },
    schema: secondFactorCodeInput,
    toInput: (values) => values,
    send,
  });
  return (
    <FormDialog {...dialog} size="sm" form={form}>
      {above}
      <CodeField control={form.control} name="code" kind={kind} />
      {children}
    </FormDialog>
  );
}
