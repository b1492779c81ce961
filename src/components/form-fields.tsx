"use client";

import type { ComponentProps } from "react";
import type { FieldValues } from "react-hook-form";
import type { Environment } from "@/contracts/environments";
import { readDigits } from "@/lib/typed-text";
import { type FieldOf, useField } from "@/lib/use-zod-form";
import { EnvironmentSelect } from "./environment-select";
import { Field, type FieldProps } from "./field";
import { Input } from "./ui/input";
import { Textarea } from "./ui/textarea";

type Words = Pick<FieldProps, "label" | "hint" | "optional" | "className">;

type TextProps<Values extends FieldValues, Control> = FieldOf<Values, string> &
  Words & {
    /** What is wrong with the text in words of this field; undefined: in the schema's. */
    wordsFor?: (text: string) => string | undefined;
    /** Takes a text out of the field's way; true where it did. */
    catches?: (text: string) => boolean;
  } & Omit<Control, "control" | "name" | "value" | "onChange" | "className">;

/** The props of a text control and its `Field`, for {@link TextField} and {@link TextAreaField}. */
function useTextField<Values extends FieldValues, Control>(props: TextProps<Values, Control>) {
  const { control, name, label, hint, optional, className, wordsFor, catches, ...rest } = props;
  const { value, onChange, onBlur, ref, error } = useField<Values, string>({ control, name });
  return {
    field: { label, hint, optional, className, error: error && (wordsFor?.(value) ?? error) },
    control: {
      autoComplete: "off",
      ...rest,
      value,
      onBlur,
      ref,
      onChange: ({ target }: { target: { value: string } }) => {
        if (!catches?.(target.value)) onChange(target.value);
      },
    },
  };
}

/** A line of text. */
export function TextField<Values extends FieldValues>(
  props: TextProps<Values, ComponentProps<typeof Input>>,
) {
  const { field, control } = useTextField(props);
  return (
    <Field {...field}>
      <Input {...control} />
    </Field>
  );
}

/** Several lines of text. */
export function TextAreaField<Values extends FieldValues>(
  props: TextProps<Values, ComponentProps<typeof Textarea>>,
) {
  const { field, control } = useTextField(props);
  return (
    <Field {...field}>
      <Textarea {...control} />
    </Field>
  );
}

type DigitsFieldProps<Values extends FieldValues> = Omit<
  TextProps<Values, ComponentProps<typeof Input>>,
  "wordsFor"
> & {
  /** What is said of a text that is no number, where the schema's own words speak to programs. */
  noNumber?: string;
};

/** A whole number, for {@link readDigits} to read. */
export function DigitsField<Values extends FieldValues>({ noNumber, ...props }: DigitsFieldProps<Values>) {
  const { field, control } = useTextField<Values, ComponentProps<typeof Input>>({
    ...props,
    wordsFor: (text) => (Number.isNaN(readDigits(text)) ? noNumber : undefined),
  });
  return (
    <Field {...field}>
      {/* Not type="number": its wheel and arrow keys change figures unnoticed, and it hides what it cannot read. */}
      <Input inputMode="numeric" maxLength={12} {...control} className="tabular-nums" />
    </Field>
  );
}

interface EnvironmentFieldProps<Values extends FieldValues>
  extends FieldOf<Values, Environment | null>,
    Pick<FieldProps, "hint"> {
  /** For what belongs to the environment that was chosen before. */
  onChosen?: (environment: Environment) => void;
}

/**
 * Which environment a form is for. It starts with the one that the page shows; where that shows all of them with none,
 * because a guess would be Production in the hands of somebody who only wanted to try something.
 */
export function EnvironmentField<Values extends FieldValues>({
  hint,
  onChosen,
  ...of
}: EnvironmentFieldProps<Values>) {
  const { value, onChange, ref, error } = useField<Values, Environment | null>(of);
  return (
    <Field
      label="Environment"
      hint={hint}
      error={error && (value === null ? "Choose an environment" : error)}
      controlRef={ref}
    >
      <EnvironmentSelect
        value={value}
        onValueChange={(environment) => {
          onChange(environment);
          onChosen?.(environment);
        }}
      />
    </Field>
  );
}
