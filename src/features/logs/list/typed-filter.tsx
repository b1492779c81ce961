"use client";

import { type FormEvent, useState } from "react";
import type { z } from "zod";
import { Field } from "@/components/field";
import { FilterChip } from "@/components/filter-chip";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";

interface TypedFilterProps<Value extends string> {
  label: string;
  /** What the field is to hold, as an example. */
  example: string;
  schema: z.ZodType<Value>;
  value: Value | null;
  onChange: (value: Value | null) => void;
}

/** A filter by something that is typed or pasted whole. */
export function TypedFilter<Value extends string>(props: TypedFilterProps<Value>) {
  const { label, value, onChange } = props;
  return (
    <FilterChip
      label={label}
      options={[]}
      value={value === null ? [] : [value]}
      onChange={() => onChange(null)}
    >
      {(close) => <TypedForm {...props} onApplied={close} />}
    </FilterChip>
  );
}

function TypedForm<Value extends string>({
  label,
  example,
  schema,
  value,
  onChange,
  onApplied,
}: TypedFilterProps<Value> & { onApplied: () => void }) {
  const [text, setText] = useState<string>(value ?? "");
  const [error, setError] = useState<string | null>(null);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    const read = schema.safeParse(text.trim());
    setError(read.success ? null : `Must be of the form ${example}`);
    if (!read.success) return;
    onChange(read.data);
    onApplied();
  };
  return (
    <form onSubmit={apply} className="flex w-72 max-w-full items-start gap-2 p-1">
      <Field label={<span className="sr-only">{label}</span>} error={error} className="flex-1">
        <Input
          mono
          value={text}
          placeholder={example}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <Button type="submit" className="mt-6.5">
        Apply
      </Button>
    </form>
  );
}
