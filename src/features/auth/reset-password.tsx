"use client";

import { MailCheck } from "lucide-react";
import { useState } from "react";
import { TextField } from "@/components/form-fields";
import { Link } from "@/components/link";
import { NewPasswordField } from "@/components/new-password-field";
import { Button } from "@/components/ui/button";
import type { WaysToSignIn } from "@/contracts/single-sign-on";
import { Lazy } from "@/lib/lazy";
import { load } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { AuthForm } from "./auth-form";
import { AuthFrame } from "./auth-frame";
import { DeadLink, deadLinkText } from "./dead-link";
import { useLinkToken } from "./use-link-token";

const requestPasswordResetSchema = new Lazy(() =>
  import("@/contracts/schemas/admin-links").then((schemas) => schemas.requestPasswordResetSchema),
);
const resetOwnPasswordSchema = new Lazy(() =>
  import("@/contracts/schemas/admin-links").then((schemas) => schemas.resetOwnPasswordSchema),
);

/** With a link's token the form for the new password, without one the form to be mailed such a link. */
export function ResetPassword({ ways }: { ways: WaysToSignIn }) {
  const token = useLinkToken();
  if (!ways.passwordReset)
    return (
      <AuthFrame title="Reset password">
        <DeadLink
          title="Not by e-mail"
          text="Passwords are not reset by e-mail here. Ask whoever runs this server."
        />
      </AuthFrame>
    );
  if (token === null) return <AuthFrame title="Reset password">{null}</AuthFrame>;
  return token === "" ? <AskForLink /> : <NewPassword key={token} token={token} />;
}

function AskForLink() {
  const [asked, setAsked] = useState(false);
  const ask = trpc.signIn.requestPasswordReset.useMutation();
  const form = useZodForm({
    defaultValues: { email: "" },
    schema: requestPasswordResetSchema,
    toInput: (values) => values,
    async send(input) {
      await ask.mutateAsync(input);
      setAsked(true);
    },
  });
  if (asked)
    return (
      <AuthFrame title="Look into your mailbox">
        <div role="status" className="rounded-xl border bg-surface p-4">
          <p className="flex items-center gap-2 font-medium">
            <MailCheck aria-hidden className="size-4 text-ink-3" />
            Sent, if the address has an account
          </p>
          <p className="mt-2 text-ink-2">
            The link in the mail works once, within 30 minutes. If nothing arrives, look into the spam folder,
            and whether it is the address that you sign in with.
          </p>
          <Button asChild className="mt-4">
            <Link href="/sign-in">Back to sign-in</Link>
          </Button>
        </div>
      </AuthFrame>
    );
  return (
    <AuthFrame title="Reset password" sub="We send you a link to set a new one.">
      <AuthForm
        form={form}
        submitLabel="Send link"
        below={
          <p className="text-center text-sm">
            <Link href="/sign-in">Back to sign-in</Link>
          </p>
        }
      >
        <TextField control={form.control} name="email" label="Email" type="email" autoComplete="username" />
      </AuthForm>
    </AuthFrame>
  );
}

function NewPassword({ token }: { token: string }) {
  const [dead, setDead] = useState<string | null>(null);
  const reset = trpc.signIn.resetPassword.useMutation();
  const form = useZodForm({
    defaultValues: { password: "" },
    schema: resetOwnPasswordSchema,
    toInput: (values) => ({ token, ...values }),
    async send(input) {
      try {
        await reset.mutateAsync(input);
      } catch (error) {
        const refusal = deadLinkText(error);
        if (refusal === null) throw error;
        return setDead(refusal);
      }
      await load("/sign-in");
    },
  });
  return (
    <AuthFrame title="Set a new password" sub="It signs you out everywhere.">
      {dead ? (
        <DeadLink text={dead} />
      ) : (
        <AuthForm form={form} submitLabel="Set password">
          <NewPasswordField control={form.control} name="password" />
        </AuthForm>
      )}
    </AuthFrame>
  );
}
