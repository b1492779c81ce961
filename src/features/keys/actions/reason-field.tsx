import { Field } from "@/components/field";
import { Input } from "@/components/ui/input";

const MAX_LENGTH = 500;

interface ReasonFieldProps {
  value: string;
  onChange: (value: string) => void;
}

/** Why a key is cut off. Optional. */
export function ReasonField({ value, onChange }: ReasonFieldProps) {
  return (
    <Field label="Reason" optional hint="Whoever looks at the key sees it while the key is inactive.">
      <Input
        value={value}
        onChange={(event) => onChange(event.target.value)}
        maxLength={MAX_LENGTH}
        autoComplete="off"
      />
    </Field>
  );
}
