import { Field } from "./field";
import { Input } from "./ui/input";

const MAX_LENGTH = 500;

interface ReasonFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** Who will read it. */
  hint: string;
}

/** Why something is done to a record. Optional. */
export function ReasonField({ value, onChange, hint }: ReasonFieldProps) {
  return (
    <Field label="Reason" optional hint={hint}>
      <Input
        value={value}
        onChange={(event) => onChange(event.target.value)}
        maxLength={MAX_LENGTH}
        autoComplete="off"
      />
    </Field>
  );
}
