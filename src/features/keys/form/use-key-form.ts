"use client";

import { type RefObject, useRef, useState } from "react";
import type { ErrorField } from "@/lib/errors";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { type KeyFormErrors, type KeyFormField, placeIssues } from "./key-form-issues";
import type { KeyFormValues } from "./key-form-values";

/** State of the form for a key: what the fields hold, and what is wrong with them. */
export interface KeyForm {
  values: KeyFormValues;
  errors: KeyFormErrors;
  /** Whether anything was typed or chosen that closing would lose. */
  dirty: boolean;
  formRef: RefObject<HTMLFormElement | null>;
  change: (patch: Partial<KeyFormValues>) => void;
  /** What is wrong beside the fields, to show below them; null where nothing is. */
  failure: unknown;
  /** Shows the complaints beside their fields and goes to the first; none takes away those that are shown. */
  refuse: (issues: readonly ErrorField[]) => void;
}

/** Which field an input belongs to, so that a complaint disappears once somebody works on it. */
const FIELDS_OF: Record<keyof KeyFormValues, readonly KeyFormField[]> = {
  name: ["name"],
  description: ["description"],
  environment: ["environment", "customers"],
  permissions: ["permissions"],
  rateLimits: ["rateLimits", "rateLimits.minute", "rateLimits.hour", "rateLimits.day"],
  expiry: ["expiresAt"],
  customExpiry: ["expiresAt"],
  scoped: ["customers"],
  customers: ["customers"],
  addresses: ["ipAllowlist"],
};

/** Holds a form for a key that starts with `initial`. */
export function useKeyForm(initial: () => KeyFormValues): KeyForm {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<KeyFormErrors>({});
  const [failure, setFailure] = useState<unknown>(null);
  const [dirty, setDirty] = useState(false);
  const formRef = useRef<HTMLFormElement>(null);

  const change = (patch: Partial<KeyFormValues>) => {
    setValues((current) => ({ ...current, ...patch }));
    setDirty(true);
    const touched = (Object.keys(patch) as (keyof KeyFormValues)[]).flatMap((input) => FIELDS_OF[input]);
    setErrors((current) => ({
      ...current,
      ...Object.fromEntries(touched.map((field) => [field, undefined])),
    }));
  };
  const refuse = (issues: readonly ErrorField[]) => {
    const placed = placeIssues(issues, values);
    setErrors(placed.errors);
    setFailure(placed.failure);
    // One frame later, because the form may be about to replace the second look.
    requestAnimationFrame(() => focusFirstInvalid(formRef.current));
  };
  return { values, errors, failure, dirty, formRef, change, refuse };
}
