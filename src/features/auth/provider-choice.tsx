"use client";

import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import type { SignInProvider, WaysToSignIn } from "@/contracts/single-sign-on";
import { beginSignIn } from "@/lib/sign-in";
import { useSignInAttempts } from "./sign-in-attempt";

/** A button for each provider, which leads there and back to `next`. */
export function ProviderChoice({ ways: { providers }, next }: { ways: WaysToSignIn; next: string }) {
  const [pressed, setPressed] = useState<SignInProvider | null>(null);
  const { attempt, waitSeconds, problem } = useSignInAttempts();
  useEffect(() => {
    // Back from the provider's page, a browser shows this one as it was left.
    const reset = () => setPressed(null);
    window.addEventListener("pageshow", reset);
    return () => window.removeEventListener("pageshow", reset);
  }, []);
  const press = async (id: SignInProvider) => {
    setPressed(id);
    await attempt(() => beginSignIn(id, next));
    setPressed(null);
  };
  if (providers.length === 0) return null;
  return (
    <div className="space-y-2">
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          className="w-full"
          pending={pressed === id}
          aria-disabled={waitSeconds > 0}
          onClick={() => void press(id)}
        >
          Sign in with {name}
        </Button>
      ))}
      <div role="alert">{problem}</div>
    </div>
  );
}
