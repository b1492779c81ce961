import type { ReactNode } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Button } from "@/components/ui/button";
import type { FormHandle } from "@/lib/use-zod-form";

interface AuthFormProps {
  form: FormHandle;
  submitLabel: string;
  /** Why the last attempt did not sign in. */
  problem?: ReactNode;
  /** Whether another attempt has to wait. */
  mustWait?: boolean;
  /** What else there is to do. */
  below?: ReactNode;
  /** The fields. */
  children: ReactNode;
}

/** A form of the pages before the console: its fields, what is wrong, and one button. */
export function AuthForm({ form, submitLabel, problem, mustWait, below, children }: AuthFormProps) {
  return (
    // A form that is sent before the script has loaded would put a password into the address with GET.
    <form method="post" noValidate onSubmit={form.submit} className="space-y-4">
      {children}
      {form.failure ? <ErrorNotice error={form.failure} /> : null}
      {problem !== undefined && (
        <div role="alert" className="empty:mb-0">
          {problem}
        </div>
      )}
      <Button
        type="submit"
        variant="primary"
        pending={form.pending}
        aria-disabled={mustWait}
        className="w-full"
      >
        {submitLabel}
      </Button>
      {below}
    </form>
  );
}
