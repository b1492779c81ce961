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
  /**
   * What saving would do, as the server tells it while the fields are edited. It stands below the buttons: it comes late, and
   * above them it would move Save from under a pointer that is pressing it, so that nothing were saved.
   */
  preview?: ReactNode;
}

/** Settings that are saved together: their fields, below them Save and Undo, and what saving would do. */
export function SettingsForm({ form, saveLabel, children, preview }: SettingsFormProps) {
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
      {preview && (
        <div aria-live="polite" className="space-y-2 px-4 pb-4 empty:hidden">
          {preview}
        </div>
      )}
    </form>
  );
}
