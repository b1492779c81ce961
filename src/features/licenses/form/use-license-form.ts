"use client";

import { type RefObject, useRef, useState } from "react";
import type { ErrorField } from "@/lib/errors";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import type { LicenseFormValues } from "./license-form-values";

/** State of the form for a licence: what the fields hold, and what is wrong with them. */
export interface LicenseForm {
  values: LicenseFormValues;
  /** Whether anything was typed or chosen that closing would lose. */
  dirty: boolean;
  formRef: RefObject<HTMLFormElement | null>;
  change: (patch: Partial<LicenseFormValues>) => void;
  /** The complaint about a field of the request, or about something inside of it. */
  errorAt: (path: string) => string | undefined;
  /** Shows complaints beside their fields and goes to the first; none takes away those that are shown. */
  refuse: (issues: readonly ErrorField[]) => void;
}

/** Holds a form for a licence that starts with `initial`. */
export function useLicenseForm(initial: () => LicenseFormValues): LicenseForm {
  const [values, setValues] = useState(initial);
  const [issues, setIssues] = useState<readonly ErrorField[]>([]);
  const [dirty, setDirty] = useState(false);
  const formRef = useRef<HTMLFormElement>(null);
  return {
    values,
    dirty,
    formRef,
    change: (patch) => {
      setValues((current) => ({ ...current, ...patch }));
      setDirty(true);
    },
    errorAt: (path) =>
      issues.find((issue) => issue.path === path || issue.path.startsWith(`${path}.`))?.message,
    refuse: (next) => {
      setIssues(next);
      if (next.length > 0) focusFirstInvalid(formRef.current);
    },
  };
}
