import type { ReactNode } from "react";
import { ErrorNotice } from "./error-notice";

interface FormFooterProps {
  /** Whatever the last attempt threw. */
  error: unknown;
  /** The buttons, the deciding one last. */
  children: ReactNode;
}

/**
 * The buttons of a long form in a dialog. They stay in sight while the form scrolls beneath them: at the screen's lower
 * edge, which is the dialog's scroller less its padding.
 */
export function FormFooter({ error, children }: FormFooterProps) {
  return (
    <div className="sticky -bottom-3 z-10 -mx-5 mt-6 -mb-5 rounded-b-2xl border-t bg-raised px-5 py-3 sm:-bottom-6 sm:-mx-6 sm:-mb-6 sm:px-6">
      {error ? <ErrorNotice error={error} className="mb-3" /> : null}
      <div className="flex flex-wrap items-center justify-end gap-2">{children}</div>
    </div>
  );
}
