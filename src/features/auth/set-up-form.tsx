"use client";

import { type FormEvent, useRef, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { MIN_PASSWORD_LENGTH } from "@/contracts/admins";
import { describeError, fieldError } from "@/lib/errors";
import { focusFirstInvalid } from "@/lib/focus-invalid";
import { trpc } from "@/trpc/client";
import { SetUpRefused } from "./set-up-refused";
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
