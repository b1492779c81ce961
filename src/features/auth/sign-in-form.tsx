"use client";

import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { signInSchema } from "@/contracts/admins";
import { attemptSignIn, load, type SignInOutcome } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { SignInField } from "./sign-in-field";
import { SignInProblem } from "./sign-in-problem";

/** Signs in with e-mail and password, then goes to `next`, a path that the page has checked. */
export function SignInForm({ next }: { next: string }) {
  const [outcome, setOutcome] = useState<SignInOutcome | null>(null);
  const [waitSeconds, wait] = useCountdown();
  const form = useZodForm({
    defaultValues: { email: "", password: "" },
    schema: signInSchema,
    toInput: (values) => values,
    async send({ email, password }) {
      if (waitSeconds > 0) return;
      setOutcome(null);
      const result = await attemptSignIn(email, password);
      if (result.kind === "ok") return load(next);
      setOutcome(result);
      if (result.kind === "slow_down") wait(result.seconds);
    },
  });
  return (
    // A form that posts even where the script has not loaded yet would put the password into the URL with GET.
    <form method="post" onSubmit={form.submit} className="space-y-4">
      <SignInField form={form} name="email" autoComplete="username" />
      <SignInField form={form} name="password" autoComplete="current-password" />
      <div role="alert">
        <SignInProblem outcome={outcome} waitSeconds={waitSeconds} />
      </div>
      <Button
        type="submit"
        variant="primary"
        pending={form.pending}
        aria-disabled={waitSeconds > 0}
        className="w-full"
      >
        Sign in
      </Button>
    </form>
  );
}

/** Seconds left, and a way to start them. */
function useCountdown(): [number, (seconds: number) => void] {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (seconds === 0) return;
    const timer = setTimeout(() => setSeconds(seconds - 1), 1_000);
    return () => clearTimeout(timer);
  }, [seconds]);
  return [seconds, setSeconds];
}
