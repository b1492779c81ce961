"use client";

import { Terminal } from "lucide-react";
import { useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Button } from "@/components/ui/button";
import { MIN_PASSWORD_LENGTH, setUpSchema } from "@/contracts/admins";
import { describeError } from "@/lib/errors";
import { attemptSignIn, load } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { DeadLink } from "./dead-link";
import { SignInField } from "./sign-in-field";

/** Makes the first owner with the one-time token of the link, and signs in. */
export function SetUpForm({ token }: { token: string }) {
  const [refused, setRefused] = useState(false);
  const complete = trpc.setUp.complete.useMutation();
  const form = useZodForm({
    defaultValues: { email: "", password: "" },
    schema: setUpSchema,
    toInput: (values) => ({ token, ...values }),
    async send(input) {
      try {
        await complete.mutateAsync(input);
      } catch (error) {
        if (describeError(error).code !== "not_found") throw error;
        return setRefused(true);
      }
      const outcome = await attemptSignIn({ email: input.email, password: input.password });
      // The owner exists either way; if only the signing in failed, its own page says how.
      await load(outcome.kind === "ok" ? "/" : "/sign-in");
    },
  });
  if (refused) return <SetUpRefused />;
  return (
    <form method="post" noValidate onSubmit={form.submit} className="space-y-4">
      <SignInField form={form} name="email" autoComplete="username" />
      <SignInField
        form={form}
        name="password"
        autoComplete="new-password"
        hint={`At least ${MIN_PASSWORD_LENGTH} characters. Length is what counts: a sentence is fine.`}
      />
      {form.failure ? <ErrorNotice error={form.failure} /> : null}
      <Button type="submit" variant="primary" pending={form.pending} className="w-full">
        Create owner
      </Button>
    </form>
  );
}

/** Says that the set-up link leads nowhere, without telling a stranger whether that is for its token or its time. */
export function SetUpRefused() {
  return (
    <DeadLink text="Either the set-up is done already, or this is not the newest link. Each start prints a new one on the terminal until there is an owner; open that one." />
  );
}

/** Tells the first visitor of a fresh installation why there is nothing to sign in to yet. */
export function SetUpNeeded() {
  return (
    <div className="rounded-xl border bg-surface p-4">
      <p className="flex items-center gap-2 font-medium">
        <Terminal aria-hidden className="size-4 text-ink-3" />
        There is no administrator yet
      </p>
      <p className="mt-2 text-ink-2">
        Keyward printed a link to the set-up on the terminal where it was started. Open that link to create
        the first owner.
      </p>
    </div>
  );
}
