"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import { EnvironmentSelect } from "@/components/environment-select";
import { Field, FieldError } from "@/components/field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import { EXPLAINED_METHODS, explainCallSchema } from "@/contracts/explain";
import { type ExplainQuery, explainedCall, readTarget } from "./explain-query";

type CallQuery = Omit<ExplainQuery, "request">;

interface CallFormProps {
  value: CallQuery;
  /** Chooses the key; the page hands it in. */
  keyChoice: (value: CallQuery["key"], onChange: (key: CallQuery["key"]) => void) => ReactNode;
  onAsk: (call: CallQuery) => void;
}

const METHODS = EXPLAINED_METHODS.map((value) => ({ value, label: value }));

/** A call put together: what would the door say to it? */
export function CallForm({ value, keyChoice, onAsk }: CallFormProps) {
  const [draft, setDraft] = useState(value);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const change = (patch: Partial<CallQuery>) => setDraft({ ...draft, ...patch });
  const ask = (event: FormEvent) => {
    event.preventDefault();
    const { path, environment } = readTarget(draft.path ?? "");
    const address = draft.address?.trim() || null;
    const asked = { ...draft, path, address, endpoint: environment ?? draft.endpoint };
    const found = problemsOf(asked);
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    setDraft(asked);
    onAsk(asked);
  };
  return (
    <form onSubmit={ask} className="space-y-3">
      <div className="space-y-1.5">
        {keyChoice(draft.key, (key) => change({ key }))}
        {errors.keyId && <FieldError>{errors.keyId}</FieldError>}
      </div>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Endpoint">
          <EnvironmentSelect
            details={ENVIRONMENT_DETAILS}
            value={draft.endpoint}
            onValueChange={(endpoint) => change({ endpoint })}
          />
        </Field>
        <Field label="Method">
          <Select options={METHODS} value={draft.method} onValueChange={(method) => change({ method })} />
        </Field>
      </div>
      <Field
        label="Path"
        error={errors.path ?? null}
        hint="Below the endpoint; a whole address can be pasted."
      >
        <Input
          mono
          value={draft.path ?? ""}
          placeholder="/customers"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => change({ path: event.target.value })}
        />
      </Field>
      <Field label="Client address" optional error={errors.address ?? null}>
        <Input
          mono
          value={draft.address ?? ""}
          placeholder="198.51.100.7"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => change({ address: event.target.value })}
        />
      </Field>
      <Button type="submit">Ask the door</Button>
    </form>
  );
}

/** What is wrong with a call, by the field of the contract; empty when nothing is. */
function problemsOf(call: CallQuery): Record<string, string> {
  if (call.key === null) return { keyId: "Choose the key that the call carries, or no known key" };
  const read = explainCallSchema.safeParse(explainedCall(call));
  if (read.success) return {};
  return Object.fromEntries(read.error.issues.map(({ path, message }) => [String(path[0]), message]));
}
