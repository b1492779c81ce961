"use client";

import { type FormEvent, type ReactElement, useState } from "react";
import { EnvironmentSelect } from "@/components/environment-select";
import { Field } from "@/components/field";
import { useCatchKey } from "@/components/pasted-key-context";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { Environment } from "@/contracts/environments";
import { EXPLAINED_METHODS, explainCallSchema, explainRequestSchema } from "@/contracts/explain";
import type { Id } from "@/contracts/ids";
import { type CallQuery, explainedCall, readTarget } from "./explain-query";

interface RequestFormProps {
  value: Id<"req"> | null;
  onAsk: (requestId: Id<"req">) => void;
}

interface RequestDraft {
  text: string;
  error: string | null;
}

/** A call of the log, by the id that its answer carried. */
export function RequestForm({ value, onAsk }: RequestFormProps) {
  const [{ text, error }, setDraft] = useDraft<RequestDraft>({ text: value ?? "", error: null });
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

interface CallFormProps {
  value: CallQuery;
  /** Chooses the key, for a `Field`; the page hands it in. */
  keyChoice: (
    value: CallQuery["keyId"],
    onChange: (keyId: CallQuery["keyId"], environment: Environment | null) => void,
  ) => ReactElement;
  onAsk: (call: CallQuery) => void;
}

const METHODS = EXPLAINED_METHODS.map((value) => ({ value, label: value }));

/** What was typed, and what is wrong with it by the field of the contract. */
interface CallDraft {
  call: CallQuery;
  errors: Record<string, string>;
}

/** A call put together: what would the gateway say to it? */
export function CallForm({ value, keyChoice, onAsk }: CallFormProps) {
  const [{ call, errors }, setDraft] = useDraft<CallDraft>({ call: value, errors: {} });
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
        {keyChoice(call.keyId, (keyId, environment) =>
          change({ keyId, endpoint: environment ?? call.endpoint }),
        )}
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Endpoint">
          <EnvironmentSelect value={call.endpoint} onValueChange={(endpoint) => change({ endpoint })} />
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
function problemsOf(call: CallQuery): CallDraft["errors"] {
  const read = explainCallSchema.safeParse(explainedCall({ ...call, keyId: call.keyId ?? "none" }));
  const issues = read.success ? [] : read.error.issues;
  const errors = Object.fromEntries(issues.map(({ path, message }) => [String(path[0]), message]));
  return call.keyId === null ? { ...errors, keyId: "Choose the key that the call carries, or none" } : errors;
}

/**
 * What a form holds: starts with what the address bar says, and starts again when that is another, so that Back fills
 * the form as it fills the page. The form stays mounted, and the focus where it is.
 */
function useDraft<Value>(given: Value): [Value, (value: Value) => void] {
  const [draft, setDraft] = useState(given);
  const [start, setStart] = useState(given);
  if (JSON.stringify(given) === JSON.stringify(start)) return [draft, setDraft];
  setStart(given);
  setDraft(given);
  return [given, setDraft];
}
