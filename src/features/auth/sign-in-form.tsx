"use client";

import { type ReactNode, useState } from "react";
import { Link } from "@/components/link";
import { onDemand } from "@/components/on-demand";
import type { SecondFactorWay } from "@/contracts/second-factor";
import { Lazy } from "@/lib/lazy";
import { attemptSignIn, load } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { AuthForm } from "./auth-form";
import { useSignInAttempts } from "./sign-in-attempt";
import { SignInField } from "./sign-in-field";

const SecondFactorStep = onDemand(() =>
  import("./second-factor-step").then((module) => module.SecondFactorStep),
);
const signInSchema = new Lazy(() =>
  import("@/contracts/schemas/admins").then((schemas) => schemas.signInSchema),
);

interface SignInFormProps {
  /** Where it leads, a path that the page has checked. */
  next: string;
  /** Whether a link for a new password can be mailed. */
  canReset: boolean;
  /** The other ways to sign in, below the form; gone once the second factor is asked for. */
  children: ReactNode;
}

/** What was right in the first step, and what the second asks for. */
interface Known {
  email: string;
  password: string;
  ways: SecondFactorWay[];
}

/** Signs in with e-mail and password, and where somebody has a second factor, with that. */
export function SignInForm({ next, canReset, children }: SignInFormProps) {
  /** What was right, while the second factor is asked for. */
  const [known, setKnown] = useState<Known | null>(null);
  const attempts = useSignInAttempts();
  const form = useZodForm({
    defaultValues: { email: "", password: "" },
    schema: signInSchema,
    toInput: (values) => values,
    async send({ email, password }) {
      const outcome = await attempts.attempt(() => attemptSignIn({ email, password }));
      if (outcome?.kind === "ok") await load(next);
      if (outcome?.kind === "second_factor") setKnown({ email, password, ways: outcome.ways });
    },
  });
  if (known) {
    const { ways, ...right } = known;
    const step = { known: right, ways, next, attempts };
    return <SecondFactorStep {...step} onClose={() => setKnown(null)} />;
  }
  return (
    <>
      <AuthForm
        form={form}
        submitLabel="Sign in"
        problem={attempts.problem}
        mustWait={attempts.waitSeconds > 0}
        below={
          canReset && (
            <p className="text-center text-sm">
              <Link href="/reset-password">Forgot password?</Link>
            </p>
          )
        }
      >
        <SignInField form={form} name="email" autoComplete="username" />
        <SignInField form={form} name="password" autoComplete="current-password" />
      </AuthForm>
      {children}
    </>
  );
}
