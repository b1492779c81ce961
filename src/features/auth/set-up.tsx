"use client";

import { CircleSlash, Terminal } from "lucide-react";
import Link from "next/link";
import { type FormEvent, useRef, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { MIN_PASSWORD_LENGTH } from "@/contracts/admins";
import { describeError, fieldError } from "@/lib/errors";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { trpc } from "@/trpc/client";
import { attemptSignIn } from "./sign-in";

/** Makes the first owner with the one-time token of the link, and signs in. */
export function SetUpForm({ token }: { token: string }) {
  const formRef = useRef<HTMLFormElement>(null);
  const [signingIn, setSigningIn] = useState(false);
  const complete = trpc.setUp.complete.useMutation({ onError: () => focusFirstInvalid(formRef.current) });
  const problem = complete.error ? describeError(complete.error) : null;
  if (problem?.code === "not_found") return <SetUpRefused />;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const email = String(fields.get("email"));
    const password = String(fields.get("password"));
    const enter = async () => {
      setSigningIn(true);
      const outcome = await attemptSignIn(email, password);
      // The owner exists either way; if only the signing in failed, its own page says how.
      window.location.assign(outcome.kind === "ok" ? "/" : "/sign-in");
    };
    complete.mutate({ token, email, password }, { onSuccess: enter });
  };

  return (
    <form ref={formRef} method="post" noValidate onSubmit={submit} className="space-y-4">
      <Field label="Email" error={fieldError(complete.error, "email")}>
        <Input name="email" type="email" autoComplete="username" required />
      </Field>
      <Field
        label="Password"
        hint={`At least ${MIN_PASSWORD_LENGTH} characters. Length is what counts: a sentence is fine.`}
        error={fieldError(complete.error, "password")}
      >
        <Input name="password" type="password" autoComplete="new-password" required />
      </Field>
      {problem && problem.fields.length === 0 && <ErrorNotice error={complete.error} />}
      <Button type="submit" variant="primary" pending={complete.isPending || signingIn} className="w-full">
        Create owner
      </Button>
    </form>
  );
}

/** Says that the set-up link leads nowhere, without telling a stranger whether that is for its token or its time. */
export function SetUpRefused() {
  return (
    <div role="alert" className="rounded-xl border bg-surface p-4">
      <p className="flex items-center gap-2 font-medium">
        <CircleSlash aria-hidden className="size-4 text-ink-3" />
        This link does not work
      </p>
      <p className="mt-2 text-ink-2">
        Either the set-up is done already, or this is not the newest link. Each start prints a new one on the
        terminal until there is an owner; open that one.
      </p>
      <Button asChild className="mt-4">
        <Link href="/sign-in">Sign in</Link>
      </Button>
    </div>
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
