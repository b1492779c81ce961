"use client";

import type { FormEvent, ReactElement } from "react";
import { EnvironmentSelect } from "@/components/environment-select";
import { Field } from "@/components/field";
import { useCatchKey } from "@/components/pasted-key-context";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { EXPLAINED_METHODS, explainCallSchema } from "@/contracts/explain";
import { type CallQuery, explainedCall, readTarget } from "./explain-query";
import { useDraft } from "./use-draft";

interface CallFormProps {
  value: CallQuery;
  /** Chooses the key, for a `Field`; the page hands it in. */
  keyChoice: (
    value: CallQuery["key"],
    onChange: (key: CallQuery["key"], environment: Environment | null) => void,
  ) => ReactElement;
  onAsk: (call: CallQuery) => void;
}

const METHODS = EXPLAINED_METHODS.map((value) => ({ value, label: value }));

/** What was typed, and what is wrong with it by the field of the contract. */
interface Draft {
  call: CallQuery;
  errors: Record<string, string>;
}

/** A call put together: what would the gateway say to it? */
export function CallForm({ value, keyChoice, onAsk }: CallFormProps) {
  const [{ call, errors }, setDraft] = useDraft<Draft>({ call: value, errors: {} });
  const catchKey = useCatchKey();
  const change = (patch: Partial<CallQuery>) => setDraft({ call: { ...call, ...patch }, errors });
  const ask = (event: FormEvent) => {
    event.preventDefault();
    const address = call.address?.trim() || null;
    const asked = { ...call, address, ...readTarget(call.path ?? "", call.endpoint) };
    const found = problemsOf(asked);
    const wrong = Object.keys(found).length > 0;
    setDraft({ call: wrong ? call : asked, errors: found });
    if (!wrong) onAsk(asked);
  };
  return (
    <form onSubmit={ask} className="space-y-3">
      <Field label="Key" error={errors.keyId ?? null}>
        {/* A key is mostly meant for its own endpoint; another can be chosen below. */}
        {keyChoice(call.key, (key, environment) => change({ key, endpoint: environment ?? call.endpoint }))}
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Endpoint">
          <EnvironmentSelect
            details={ENVIRONMENT_DETAILS}
            value={call.endpoint}
            onValueChange={(endpoint) => change({ endpoint })}
          />
        </Field>
        <Field label="Method">
          <Select options={METHODS} value={call.method} onValueChange={(method) => change({ method })} />
        </Field>
      </div>
      <Field
        label="Path"
        error={errors.path ?? null}
        hint="Below the endpoint; a whole address can be pasted."
      >
        <Input
          mono
          value={call.path ?? ""}
          placeholder="/customers"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => catchKey(event.target.value) || change({ path: event.target.value })}
        />
      </Field>
      <Field label="Client address" optional error={errors.address ?? null}>
        <Input
          mono
          value={call.address ?? ""}
          placeholder="198.51.100.7"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => change({ address: event.target.value })}
        />
      </Field>
      <Button type="submit">Simulate</Button>
    </form>
  );
}

/** Empty when nothing is wrong. */
function problemsOf(call: CallQuery): Draft["errors"] {
  const read = explainCallSchema.safeParse(explainedCall({ ...call, key: call.key ?? "none" }));
  const issues = read.success ? [] : read.error.issues;
  const errors = Object.fromEntries(issues.map(({ path, message }) => [String(path[0]), message]));
  return call.key === null ? { ...errors, keyId: "Choose the key that the call carries, or none" } : errors;
}
