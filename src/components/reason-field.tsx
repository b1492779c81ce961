import type { FieldValues } from "react-hook-form";
import type { FieldOf } from "@/lib/use-zod-form";
import { TextField } from "./form-fields";

const MAX_LENGTH = 500;

interface ReasonFieldProps<Values extends FieldValues> extends FieldOf<Values, string> {
  /** Who will read it. */
  hint: string;
}

/** Why something is done to a record. Optional. */
export function ReasonField<Values extends FieldValues>(props: ReasonFieldProps<Values>) {
  return <TextField {...props} label="Reason" optional maxLength={MAX_LENGTH} />;
}
