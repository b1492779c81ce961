import type { ReactNode } from "react";
import { ErrorNotice } from "./error-notice";

interface FormFooterProps {
  /** Whatever the last attempt threw. */
  error: unknown;
  /** The buttons, the deciding one last. */
  children: ReactNode;
}

/** The buttons of a long form in a dialog with `fixedFooter`, which stay in sight, and what went wrong with it. */
export function FormFooter({ error, children }: FormFooterProps) {
  return (
    <div className="-mx-5 -mb-5 shrink-0 border-t px-5 py-3 sm:-mx-6 sm:-mb-6 sm:px-6">
      {error ? <ErrorNotice error={error} className="mb-3" /> : null}
      <div className="flex flex-wrap items-center justify-end gap-2">{children}</div>
    </div>
  );
}
