"use client";

import { type FormEvent, useState } from "react";
import { Field } from "@/components/field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { explainRequestSchema } from "@/contracts/explain";
import type { Id } from "@/contracts/ids";

interface RequestFormProps {
  value: Id<"req"> | null;
  onAsk: (requestId: Id<"req">) => void;
}

/** A call of the log, by the id that its answer carried. */
export function RequestForm({ value, onAsk }: RequestFormProps) {
  const [text, setText] = useState<string>(value ?? "");
  const [error, setError] = useState<string | null>(null);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    const read = explainRequestSchema.safeParse({ requestId: text.trim() });
    setError(read.success ? null : "Must be of the form req_…, as the header X-Request-Id has it");
    if (read.success) onAsk(read.data.requestId);
  };
  return (
    <form onSubmit={ask} className="space-y-3">
      <Field label="Request id" error={error}>
        <Input
          mono
          value={text}
          placeholder="req_…"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <Button type="submit">Explain this call</Button>
    </form>
  );
}
