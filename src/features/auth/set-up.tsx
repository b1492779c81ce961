"use client";

import { Terminal } from "lucide-react";
import { useState } from "react";
import { NewPasswordField } from "@/components/new-password-field";
import { Lazy } from "@/lib/lazy";
import { signInWithNewPassword } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { AuthForm } from "./auth-form";
import { DeadLink, deadLinkText } from "./dead-link";
import { SignInField } from "./sign-in-field";
import { useLinkToken } from "./use-link-token";

const setUpSchema = new Lazy(() =>
  import("@/contracts/schemas/admins").then((schemas) => schemas.setUpSchema),
);

/** Reads the link's token, makes the first owner with it, and signs in. */
export function SetUp() {
  const token = useLinkToken();
  if (token === null) return null;
  return token === "" ? <SetUpRefused /> : <SetUpForm key={token} token={token} />;
}

function SetUpForm({ token }: { token: string }) {
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
        if (deadLinkText(error) === null) throw error;
        return setRefused(true);
      }
      await signInWithNewPassword({ email: input.email, password: input.password }, "/");
    },
  });
  if (refused) return <SetUpRefused />;
  return (
    <AuthForm form={form} submitLabel="Create owner">
      <SignInField form={form} name="email" autoComplete="username" />
      <NewPasswordField control={form.control} name="password" label="Password" />
    </AuthForm>
  );
}

/** Says that the set-up link leads nowhere, without telling a stranger whether that is for its token or its time. */
export function SetUpRefused() {
  return (
    <DeadLink text="Either the set-up is done already, or this is not the whole of the newest link. Each start prints a new one on the terminal until there is an owner; open that one." />
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
