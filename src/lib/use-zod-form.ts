"use client";

import { toNestErrors } from "@hookform/resolvers";
import { type BaseSyntheticEvent, useEffect, useRef } from "react";
import {
  type Control,
  type DefaultValues,
  type FieldError,
  type FieldPath,
  type FieldPathByValue,
  type FieldValues,
  get,
  type Resolver,
  type UseFormProps,
  type UseFormReturn,
  useController,
  useForm,
} from "react-hook-form";
import type { z } from "zod";
import { describeError, type ErrorField, issuesOf } from "./errors";
import { placeIssues } from "./form-issues";
import { Lazy, NOT_LOADED } from "./lazy";
import { useUnsaved } from "./unsaved";

interface ZodFormOptions<Values extends FieldValues, Schema extends z.ZodType>
  extends Pick<UseFormProps<Values>, "mode" | "delayError" | "values" | "resetOptions"> {
  /** What the fields hold at first. */
  defaultValues: Values;
  /**
   * The contract's schema of what is sent: the one that the server checks it with. A form that stands on a page takes it
   * lazily, since zod would add 32 kB to the page's first load; a dialog is loaded lazily itself.
   */
  schema: Schema | Lazy<Schema>;
  /** What the fields mean: the schema's input, with whatever in its fields. The schema decides whether it is valid. */
  toInput: (values: Values) => { [Field in keyof z.input<Schema>]: unknown };
  /** Where the server finds that input in the request, if it is not the whole of it: `input` of a job. */
  within?: string;
  /** Sends it. What it throws is said below the form, or beside the fields that the server names. */
  send: (input: z.output<Schema>, values: Values) => Promise<void> | void;
}

/** A form as whatever stands around its fields needs it. */
export interface FormHandle {
  submit: (event?: BaseSyntheticEvent) => void;
  /** Whether anything was typed or chosen that closing would lose. */
  dirty: boolean;
  /** An attempt is under way. */
  pending: boolean;
  /** What is wrong beside the fields, for an `ErrorNotice`; null where nothing is. */
  failure: unknown;
}

export interface ZodForm<Values extends FieldValues>
  extends FormHandle,
    Pick<UseFormReturn<Values>, "register" | "getValues" | "setValue"> {
  control: Control<Values>;
  /** Starts again with these values, else with those it started with. */
  reset: (values?: Values) => void;
}

/**
 * A form of react-hook-form whose fields are checked by the contract's schema when it is sent. Fields are named as in the
 * schema's input, so that what it says of them, and what the server says, stands beside them; what is about no field is
 * the form's `failure`. The first wrong field gets the focus, and what is said of a field goes once it is worked on.
 */
export function useZodForm<Values extends FieldValues, Schema extends z.ZodType>({
  defaultValues,
  schema,
  toInput,
  within,
  send,
  ...options
}: ZodFormOptions<Values, Schema>): ZodForm<Values> {
  const shown = useRef(new Set<string>());
  const resolver: Resolver<Values, unknown, z.output<Schema>> = async (values, _context, asked) => {
    for (const name of asked.names ?? []) {
      if (get<unknown, { mount?: boolean } | undefined>(asked.fields, name)?.mount) shown.current.add(name);
      else shown.current.delete(name);
    }
    const refused = (said: readonly (readonly [name: string, message: string])[]) => {
      const errors = said.map(([name, message]) => [name, { type: "custom", message }]);
      return { values: {}, errors: toNestErrors<Values>(Object.fromEntries(errors), asked) };
    };
    const checking = schema instanceof Lazy ? await schema.fetch().catch(() => null) : schema;
    if (!checking) return refused([["root", NOT_LOADED]]);
    const input = toInput(values);
    const read = checking.safeParse(input);
    if (read.success) return { values: read.data, errors: {} };
    const { byField, rest } = placeIssues(issuesOf(read), [...shown.current], input);
    return refused(rest === null ? byField : [...byField, ["root", rest]]);
  };
  const form = useForm<Values, unknown, z.output<Schema>>({
    ...options,
    // A record of texts is as good as one of which parts may be missing.
    defaultValues: defaultValues as DefaultValues<Values>,
    reValidateMode: "onSubmit",
    resolver,
  });
  const { errors, isDirty, isSubmitting } = form.formState;
  useForgetOnWork(form);
  useUnsaved(isDirty);

  const refuse = (error: unknown) => {
    const { message, fields, requestId } = describeError(error);
    const issues = within ? fields.map((field) => inside(within, field)) : fields;
    const { byField, rest } = placeIssues(issues, [...shown.current], toInput(form.getValues()));
    for (const [name, message] of byField) form.setError(name as FieldPath<Values>, { message });
    const failure = fields.length === 0 ? message : rest;
    if (failure !== null) {
      form.setError("root", { message: failure, types: { requestId: requestId ?? undefined } });
    }
    const [first] = byField;
    // Once the fields are drawn: a step of the form may stand in their place.
    if (first) requestAnimationFrame(() => form.setFocus(first[0] as FieldPath<Values>));
  };
  const attempt = form.handleSubmit(async (input) => {
    try {
      await send(input, form.getValues());
    } catch (error) {
      refuse(error);
    }
  });
  // Its type knows nothing of `types`, which are kept all the same.
  const root = errors.root as FieldError | undefined;
  return {
    ...form,
    // Fields have no part in what the form is read as.
    control: form.control as unknown as Control<Values>,
    // The fields stay, and with them where the focus can go.
    reset: (values) => form.reset(values, { keepFieldsRef: true }),
    submit: (event) => {
      event?.preventDefault();
      // A portal's events bubble through React's tree: a form around a dialog with one would submit as well.
      event?.stopPropagation();
      if (!isSubmitting) void attempt();
    },
    dirty: isDirty,
    pending: isSubmitting,
    failure: root ? { message: root.message, data: { requestId: root.types?.requestId } } : null,
  };
}

/** The same, by its path in the input of what was asked for. */
function inside(within: string, { path, message }: ErrorField): ErrorField {
  return { path: path.startsWith(`${within}.`) ? path.slice(within.length + 1) : path, message };
}

/** Takes away what is said of a field, and of its group, once it is worked on. */
function useForgetOnWork<Values extends FieldValues, Output>({
  subscribe,
  clearErrors,
}: Pick<UseFormReturn<Values, unknown, Output>, "subscribe" | "clearErrors">) {
  useEffect(
    () =>
      subscribe({
        formState: { values: true },
        callback: ({ name, errors }) => {
          const [group = ""] = name?.split(".") ?? [];
          const said = errors?.[group];
          if (!said) return;
          const wrong = "message" in said ? [group] : Object.keys(said).map((field) => `${group}.${field}`);
          clearErrors(wrong as FieldPath<Values>[]);
        },
      }),
    [subscribe, clearErrors],
  );
}

/** Which field of which form a component stands for. */
export interface FieldOf<Values extends FieldValues, Value> {
  control: Control<Values>;
  name: FieldPathByValue<Values, Value>;
}

/** A field of a form: `props` for its control, and what is wrong with it. */
export function useField<Values extends FieldValues, Value>({ control, name }: FieldOf<Values, Value>) {
  const { field, fieldState } = useController({ control, name });
  return {
    // Its name leads to a value of this type, which TypeScript does not see through the path.
    value: field.value as Value,
    onChange: field.onChange as (value: Value) => void,
    onBlur: field.onBlur,
    ref: field.ref,
    error: fieldState.error?.message,
  };
}
