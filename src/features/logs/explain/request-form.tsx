"use client";

import type { FormEvent } from "react";
import { Field } from "@/components/field";
import { useCatchKey } from "@/components/pasted-key-context";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { explainRequestSchema } from "@/contracts/explain";
import type { Id } from "@/contracts/ids";
import { useDraft } from "./use-draft";

interface RequestFormProps {
  value: Id<"req"> | null;
  onAsk: (requestId: Id<"req">) => void;
}

interface Draft {
  text: string;
  error: string | null;
}

/** A call of the log, by the id that its answer carried. */
export function RequestForm({ value, onAsk }: RequestFormProps) {
  const [{ text, error }, setDraft] = useDraft<Draft>({ text: value ?? "", error: null });
  const catchKey = useCatchKey();
  const ask = (event: FormEvent) => {
    event.preventDefault();
    const read = explainRequestSchema.safeParse({ requestId: text.trim() });
    const error = read.success ? null : "Must be of the form req_…, as the header X-Request-Id has it";
    setDraft({ text: text.trim(), error });
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
          onChange={(event) => catchKey(event.target.value) || setDraft({ text: event.target.value, error })}
        />
      </Field>
      <Button type="submit">Explain this call</Button>
    </form>
  );
}
