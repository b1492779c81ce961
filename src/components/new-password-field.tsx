"use client";

import type { FieldValues } from "react-hook-form";
import { MIN_PASSWORD_LENGTH } from "@/contracts/admins";
import type { FieldOf } from "@/lib/use-zod-form";
import { TextField } from "./form-fields";

/** A password that is chosen, with what is asked of it. */
export function NewPasswordField<Values extends FieldValues>({
  label = "New password",
  ...field
}: FieldOf<Values, string> & { label?: string }) {
  return (
    <TextField
      {...field}
      label={label}
      type="password"
      autoComplete="new-password"
      hint={`At least ${MIN_PASSWORD_LENGTH} characters. Length is what counts: a sentence is fine.`}
    />
  );
}
