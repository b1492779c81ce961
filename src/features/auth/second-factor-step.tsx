"use client";

import { useState } from "react";
import { CodeField } from "@/components/code-field";
import { Button } from "@/components/ui/button";
import { secondFactorCodeInput } from "@/contracts/second-factor";
import { attemptSignIn, load } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { AuthForm } from "./auth-form";
import type { SignInAttempts } from "./sign-in-attempt";

interface SecondFactorStepProps {
  /** What was right in the step before. */
  known: { email: string; password: string };
  next: string;
  /** Those of the step before: its wait goes on here, and what goes wrong here is said there where it leads back. */
  attempts: SignInAttempts;
  onBack: () => void;
}

/** The second step of signing in: a code of the app, or a recovery code. */
export function SecondFactorStep({ known, next, attempts, onBack }: SecondFactorStepProps) {
  const { attempt, waitSeconds, problem, forget } = attempts;
  const [kind, setKind] = useState<"app" | "recovery">("app");
  const form = useZodForm({
    defaultValues: { code: "" },
    schema: secondFactorCodeInput,
    toInput: (values) => values,
    async send({ code }) {
      const outcome = await attempt(() => attemptSignIn({ ...known, code }));
      if (outcome?.kind === "ok") await load(next);
      // The password was changed meanwhile.
      if (outcome?.kind === "wrong") onBack();
    },
  });
  return (
    <AuthForm
      form={form}
      submitLabel="Sign in"
      problem={problem}
      mustWait={waitSeconds > 0}
      below={
        <div className="flex flex-wrap justify-between gap-2">
          <Button
            variant="ghost"
            size="sm"
            className="-ml-2.5"
            onClick={() => {
              forget();
              onBack();
            }}
          >
            Back
          </Button>
          <Button
            variant="ghost"
            size="sm"
            className="-mr-2.5"
            onClick={() => {
              forget();
              form.reset();
              setKind(kind === "app" ? "recovery" : "app");
            }}
          >
            {kind === "app" ? "Use a recovery code" : "Use the app"}
          </Button>
        </div>
      }
    >
      <p className="text-pretty text-ink-2">
        {kind === "app"
          ? "Open your authenticator app and type the code that it shows for Keyward."
          : "Type one of the recovery codes that you have stored. Each works once."}
      </p>
      <CodeField key={kind} control={form.control} name="code" kind={kind} autoFocus />
    </AuthForm>
  );
}
