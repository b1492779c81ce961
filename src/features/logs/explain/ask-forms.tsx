"use client";

import type { ReactElement } from "react";
import { EnvironmentSelect } from "@/components/environment-select";
import { Field } from "@/components/field";
import { TextField } from "@/components/form-fields";
import { useCatchKey } from "@/components/pasted-key-context";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import type { Environment } from "@/contracts/environments";
import { EXPLAINED_METHODS } from "@/contracts/explain";
import type { Id } from "@/contracts/ids";
import { NO_KEY } from "@/contracts/request-queries";
import { Lazy } from "@/lib/lazy";
import { useField, useZodForm } from "@/lib/use-zod-form";
import { type CallQuery, readTarget } from "./explain-query";

const explainCallSchema = new Lazy(() =>
  import("@/contracts/schemas/explain").then((schemas) => schemas.explainCallSchema),
);
const explainRequestSchema = new Lazy(() =>
  import("@/contracts/schemas/explain").then((schemas) => schemas.explainRequestSchema),
);

interface RequestFormProps {
  value: Id<"req"> | null;
  onAsk: (requestId: Id<"req">) => void;
}

/** A call of the log, by the id that its answer carried. */
export function RequestForm({ value, onAsk }: RequestFormProps) {
  const catchKey = useCatchKey();
  const given = { requestId: value ?? "" };
  const form = useZodForm({
    defaultValues: given,
    values: given,
    schema: explainRequestSchema,
    toInput: ({ requestId }) => ({ requestId: requestId.trim() }),
    send({ requestId }) {
      form.reset({ requestId });
      onAsk(requestId);
    },
  });
  return (
    <form onSubmit={form.submit} className="space-y-3">
      <TextField
        control={form.control}
        name="requestId"
        label="Request id"
        wordsFor={() => "Must be of the form req_…, as the header X-Request-Id has it"}
        catches={catchKey}
        mono
        placeholder="req_…"
        spellCheck={false}
      />
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

/** What the fields hold, named as the question to the server. */
interface CallValues {
  /** Null: not chosen yet. */
  keyId: CallQuery["keyId"];
  environment: Environment;
  method: CallQuery["method"];
  path: string;
  address: string;
  origin: string;
}

function valuesOf({ endpoint, path, address, origin, ...rest }: CallQuery): CallValues {
  return { ...rest, environment: endpoint, path: path ?? "", address: address ?? "", origin: origin ?? "" };
}

/** The question; "" while no key is chosen, which no schema accepts. */
function toInput({ keyId, path, address, origin, ...values }: CallValues) {
  const target = readTarget(path, values.environment);
  return {
    keyId: keyId === NO_KEY ? null : (keyId ?? ""),
    environment: target.endpoint,
    method: values.method,
    path: target.path,
    address: address.trim() || null,
    origin: origin.trim() || null,
  };
}

/** A call put together: what would the gateway say to it? */
export function CallForm({ value, keyChoice, onAsk }: CallFormProps) {
  const catchKey = useCatchKey();
  const given = valuesOf(value);
  const form = useZodForm({
    defaultValues: given,
    // Back fills the form as it fills the page. The form stays mounted, and the focus where it is.
    values: given,
    schema: explainCallSchema,
    toInput,
    send({ keyId, environment, ...call }) {
      const asked: CallQuery = { ...call, keyId: keyId ?? NO_KEY, endpoint: environment };
      form.reset(valuesOf(asked));
      onAsk(asked);
    },
  });
  const { control, setValue } = form;
  const key = useField<CallValues, CallValues["keyId"]>({ control, name: "keyId" });
  const environment = useField<CallValues, Environment>({ control, name: "environment" });
  const method = useField<CallValues, CallValues["method"]>({ control, name: "method" });
  return (
    <form onSubmit={form.submit} className="space-y-3">
      <Field
        label="Key"
        error={
          key.error && (key.value === null ? "Choose the key that the call carries, or none" : key.error)
        }
        controlRef={key.ref}
      >
        {keyChoice(key.value, (keyId, owned) => {
          key.onChange(keyId);
          // A key is mostly meant for its own endpoint; another can be chosen below.
          if (owned) setValue("environment", owned);
        })}
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Endpoint">
          <EnvironmentSelect value={environment.value} onValueChange={environment.onChange} />
        </Field>
        <Field label="Method">
          <Select options={METHODS} value={method.value} onValueChange={method.onChange} />
        </Field>
      </div>
      <TextField
        control={control}
        name="path"
        label="Path"
        hint="Below the endpoint; a whole address can be pasted."
        catches={catchKey}
        mono
        placeholder="/customers"
        spellCheck={false}
      />
      <TextField
        control={control}
        name="address"
        label="Client address"
        optional
        mono
        placeholder="198.51.100.7"
        spellCheck={false}
      />
      <TextField
        control={control}
        name="origin"
        label="Origin"
        hint="Of the page that calls, where one does."
        optional
        mono
        placeholder="https://app.example.com"
        spellCheck={false}
      />
      <Button type="submit">Simulate</Button>
    </form>
  );
}
