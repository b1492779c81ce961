"use client";

import { MailCheck } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { TextField } from "@/components/form-fields";
import { Button } from "@/components/ui/button";
import { requestPasswordResetSchema, resetOwnPasswordSchema } from "@/contracts/admin-links";
import { MIN_PASSWORD_LENGTH } from "@/contracts/admins";
import type { WaysToSignIn } from "@/contracts/single-sign-on";
import { describeError } from "@/lib/errors";
import { load } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { AuthFrame } from "./auth-frame";
import { DeadLink } from "./dead-link";
import { useLinkToken } from "./use-link-token";

/** With a link's token the form for the new password, without one the form to be mailed such a link. */
export function ResetPassword({ ways }: { ways: WaysToSignIn }) {
  const token = useLinkToken();
  if (!ways.passwordReset)
    return (
      <AuthFrame title="Reset password">
        <DeadLink text="Passwords are not reset by e-mail here. Ask whoever runs this server." />
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
      <form method="post" noValidate onSubmit={form.submit} className="space-y-4">
        <TextField control={form.control} name="email" label="Email" type="email" autoComplete="username" />
        {form.failure ? <ErrorNotice error={form.failure} /> : null}
        <Button type="submit" variant="primary" pending={form.pending} className="w-full">
          Send link
        </Button>
        <p className="text-center text-sm">
          <Link href="/sign-in">Back to sign-in</Link>
        </p>
      </form>
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
        if (describeError(error).code !== "not_found") throw error;
        return setDead(describeError(error).message);
      }
      await load("/sign-in");
    },
  });
  return (
    <AuthFrame title="Set a new password" sub="It signs you out everywhere.">
      {dead ? (
        <DeadLink text={dead} />
      ) : (
        <form method="post" noValidate onSubmit={form.submit} className="space-y-4">
          <TextField
            control={form.control}
            name="password"
            label="New password"
            type="password"
            autoComplete="new-password"
            hint={`At least ${MIN_PASSWORD_LENGTH} characters. Length is what counts: a sentence is fine.`}
          />
          {form.failure ? <ErrorNotice error={form.failure} /> : null}
          <Button type="submit" variant="primary" pending={form.pending} className="w-full">
            Set password
          </Button>
        </form>
      )}
    </AuthFrame>
  );
}
