"use client";

import { type ReactNode, useEffect, useState } from "react";
import type { SignInFailure, SignInOutcome } from "@/lib/sign-in";
import { SignInProblem } from "./sign-in-problem";

export interface SignInAttempts {
  /** Makes an attempt. @returns how it ended; null while one has to wait */
  attempt: <Outcome extends SignInOutcome>(make: () => Promise<Outcome>) => Promise<Outcome | null>;
  /** How long to wait before the next, in seconds. */
  waitSeconds: number;
  /** How the last attempt failed. */
  failure: SignInFailure | null;
  /** The same in words. */
  problem: ReactNode;
  /** Forgets how it failed, and the wait, once something else is asked for, whose limit may be another. */
  forget: () => void;
}

/** Attempts to sign in, of one page: what went wrong, and how long it has to wait until the next. */
export function useSignInAttempts(): SignInAttempts {
  const [failure, setFailure] = useState<SignInFailure | null>(null);
  const [waitSeconds, wait] = useCountdown();
  return {
    async attempt(make) {
      if (waitSeconds > 0) return null;
      setFailure(null);
      const outcome = await make();
      if (outcome.kind === "ok") return outcome;
      setFailure(outcome);
      if (outcome.kind === "slow_down") wait(outcome.seconds);
      return outcome;
    },
    waitSeconds,
    failure,
    problem: <SignInProblem failure={failure} waitSeconds={waitSeconds} />,
    forget() {
      setFailure(null);
      wait(0);
    },
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
