"use client";

import { type ReactNode, useState } from "react";
import * as z from "zod";
import { CodeField } from "@/components/code-field";
import { Button } from "@/components/ui/button";
import { secondFactorCodeInput } from "@/contracts/schemas/second-factor";
import type { SecondFactorWay } from "@/contracts/second-factor";
import { attemptSignIn, load, type SignInOutcome } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { AuthForm } from "./auth-form";
import type { SignInAttempts } from "./sign-in-attempt";
import { usePasskeyAttempt } from "./use-passkey-attempt";

interface SecondFactorStepProps {
  /** What was right in the step before. */
  known: { email: string; password: string };
  /** By what the second factor can be shown, beside a recovery code. */
  ways: readonly SecondFactorWay[];
  next: string;
  /** Those of the step before: its wait goes on here, and what goes wrong here is said there where it leads back. */
  attempts: SignInAttempts;
  /** Back to the step before. */
  onClose: () => void;
}

type Kind = SecondFactorWay | "recovery";

/** What leads to the other ways. */
const OTHERWISE: Record<Kind, string> = {
  passkey: "Use a passkey",
  app: "Use the app",
  recovery: "Use a recovery code",
};

/** The second step of signing in: a passkey, a code of the app, or a recovery code. */
export function SecondFactorStep({ known, ways, next, attempts, onClose }: SecondFactorStepProps) {
  const { attempt, forget } = attempts;
  const kinds: readonly Kind[] = [...ways, "recovery"];
  const [kind, setKind] = useState(kinds[0] ?? "recovery");
  const parts: StepProps = {
    known,
    attempts,
    async finish(make) {
      const outcome = await attempt(make);
      if (outcome?.kind === "ok") await load(next);
      // The password was changed meanwhile.
      if (outcome?.kind === "wrong") onClose();
    },
    below: (
      <div className="flex flex-wrap justify-between gap-2">
        <Button
          variant="ghost"
          size="sm"
          className="-ml-2.5"
          onClick={() => {
            forget();
            onClose();
          }}
        >
          Back
        </Button>
        <div className="-mr-2.5 flex flex-wrap justify-end">
          {kinds
            .filter((one) => one !== kind)
            .map((one) => (
              <Button
                key={one}
                variant="ghost"
                size="sm"
                onClick={() => {
                  forget();
                  setKind(one);
                }}
              >
                {OTHERWISE[one]}
              </Button>
            ))}
        </div>
      </div>
    ),
  };
  return kind === "passkey" ? <PasskeyStep {...parts} /> : <CodeStep key={kind} kind={kind} {...parts} />;
}

interface StepProps extends Pick<SecondFactorStepProps, "known" | "attempts"> {
  /** Makes the attempt, and goes on where it leads. */
  finish: (make: () => Promise<SignInOutcome>) => Promise<void>;
  below: ReactNode;
}

const nothing = z.strictObject({});

function PasskeyStep({ known, attempts: { problem, waitSeconds }, finish, below }: StepProps) {
  const withPasskey = usePasskeyAttempt();
  const form = useZodForm({
    defaultValues: {},
    schema: nothing,
    toInput: () => ({}),
    send: () => finish(() => withPasskey((passkey) => attemptSignIn({ ...known, passkey }))),
  });
  return (
    <AuthForm
      form={form}
      submitLabel="Use a passkey"
      problem={problem}
      mustWait={waitSeconds > 0}
      below={below}
    >
      <p className="text-pretty text-ink-2">
        Confirm with one of your passkeys: by fingerprint, face or PIN, or with your security key.
      </p>
    </AuthForm>
  );
}

interface CodeStepProps extends StepProps {
  kind: "app" | "recovery";
}

function CodeStep({ kind, known, attempts: { problem, waitSeconds }, finish, below }: CodeStepProps) {
  const form = useZodForm({
    defaultValues: { code: "" },
    schema: secondFactorCodeInput,
    toInput: (values) => values,
    send: ({ code }) => finish(() => attemptSignIn({ ...known, code })),
  });
  return (
    <AuthForm form={form} submitLabel="Sign in" problem={problem} mustWait={waitSeconds > 0} below={below}>
      <p className="text-pretty text-ink-2">
        {kind === "app"
          ? "Open your authenticator app and type the code that it shows for Keyward."
          : "Type one of the recovery codes that you have stored. Each works once."}
      </p>
      <CodeField control={form.control} name="code" kind={kind} autoFocus />
    </AuthForm>
  );
}
