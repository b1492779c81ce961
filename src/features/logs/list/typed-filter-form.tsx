"use client";

import * as z from "zod";
import { TextField } from "@/components/form-fields";
import { Button } from "@/components/ui/button";
import { requestFilterSchema } from "@/contracts/schemas/request-queries";
import { useZodForm } from "@/lib/use-zod-form";

export interface TypedFilterFormProps {
  label: string;
  /** What the field is to hold, as an example. */
  example: string;
  /** Which filter it is. */
  field: "address" | "requestId";
  value: string | null;
  onChange: (value: string | null) => void;
  onApplied: () => void;
}

const { address, requestId } = requestFilterSchema.shape;

const SCHEMAS = {
  address: z.strictObject({ text: address.unwrap().unwrap() }),
  requestId: z.strictObject({ text: requestId.unwrap().unwrap() }),
} as const;

/** Where a filter is typed or pasted whole. */
export function TypedFilterForm({ label, example, field, value, onChange, onApplied }: TypedFilterFormProps) {
  const given: { text: string } = { text: value ?? "" };
  const form = useZodForm({
    defaultValues: given,
    schema: SCHEMAS[field],
    toInput: ({ text }) => ({ text: text.trim() }),
    send({ text }) {
      onChange(text);
      onApplied();
    },
  });
  return (
    <form onSubmit={form.submit} className="flex w-72 max-w-full items-start gap-2 p-1">
      <TextField
        control={form.control}
        name="text"
        label={<span className="sr-only">{label}</span>}
        wordsFor={() => `Must be of the form ${example}`}
        mono
        placeholder={example}
        spellCheck={false}
        className="flex-1"
      />
      <Button type="submit" className="mt-6.5">
        Apply
      </Button>
    </form>
  );
}
