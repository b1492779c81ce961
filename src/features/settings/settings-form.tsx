"use client";

import type { ReactNode } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Button } from "@/components/ui/button";
import type { FormHandle } from "@/lib/use-zod-form";

interface SettingsFormProps {
  form: FormHandle & { reset: () => void };
  saveLabel: string;
  /** Fields, two beside each other where there is room. */
  children: ReactNode;
}

/** Settings that are saved together: their fields, and below them Save and Undo. */
export function SettingsForm({ form, saveLabel, children }: SettingsFormProps) {
  const { dirty, pending, failure, reset, submit } = form;
  return (
    // Enter in a field would save what nobody has changed.
    <form onSubmit={(event) => (dirty ? submit(event) : event.preventDefault())} noValidate>
      <div className="grid gap-x-6 gap-y-5 p-4 sm:grid-cols-2">{children}</div>
      <div className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">
        {failure ? <ErrorNotice error={failure} className="w-full" /> : null}
        {dirty && (
          <Button onClick={() => reset()} aria-disabled={pending}>
            Undo
          </Button>
        )}
        <Button type="submit" variant="primary" pending={pending} aria-disabled={!dirty}>
          {saveLabel}
        </Button>
      </div>
    </form>
  );
}
