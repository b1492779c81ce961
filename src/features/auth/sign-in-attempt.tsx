"use client";

import { type ReactNode, useEffect, useState } from "react";
import { attemptSignIn, type Credentials, load, type SignInOutcome } from "@/lib/sign-in";
import { SignInProblem } from "./sign-in-problem";

export interface SignInAttempt {
  /** Signs in, and goes on to the page that was wanted; else how it ended, null while one has to wait. */
  attempt: (credentials: Credentials) => Promise<SignInOutcome | null>;
  /** How long to wait before the next, in seconds. */
  waitSeconds: number;
  /** What went wrong, in words. */
  problem: ReactNode;
}

/** An attempt to sign in, for each step of the sign-in page. @param next a path that the page has checked */
export function useSignInAttempt(next: string): SignInAttempt {
  const [outcome, setOutcome] = useState<SignInOutcome | null>(null);
  const [waitSeconds, wait] = useCountdown();
  return {
    async attempt(credentials) {
      if (waitSeconds > 0) return null;
      setOutcome(null);
      const result = await attemptSignIn(credentials);
      if (result.kind === "ok") return load(next);
      setOutcome(result);
      if (result.kind === "slow_down") wait(result.seconds);
      return result;
    },
    waitSeconds,
    problem: <SignInProblem outcome={outcome} waitSeconds={waitSeconds} />,
  };
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
