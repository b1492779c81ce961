"use client";

import type { FieldValues } from "react-hook-form";
import type { FieldOf } from "@/lib/use-zod-form";
import { TextField } from "./form-fields";

type CodeFieldProps<Values extends FieldValues> = FieldOf<Values, string> & {
  /** `any`: either of the two, where it does not matter. */
  kind: "app" | "recovery" | "any";
  autoFocus?: boolean;
};

const WORDS = {
  app: { label: "Code", hint: "Six digits. A new one every 30 seconds." },
  recovery: { label: "Recovery code", hint: "Sixteen letters and digits, with or without hyphens." },
  any: { label: "Code", hint: "The six digits that the app shows now, or a recovery code." },
} as const;

/** A code of the second factor. A phone offers its digits; blanks in a pasted one do not matter. */
export function CodeField<Values extends FieldValues>({ kind, ...field }: CodeFieldProps<Values>) {
  return (
    <TextField
      {...field}
      {...WORDS[kind]}
      autoComplete={kind === "recovery" ? "off" : "one-time-code"}
      inputMode={kind === "app" ? "numeric" : "text"}
      autoCapitalize="none"
      spellCheck={false}
      mono
    />
  );
}
