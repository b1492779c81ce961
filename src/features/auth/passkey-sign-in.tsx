"use client";

import { KeyRound } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { attemptPasskey, load } from "@/lib/sign-in";
import { useSignInAttempts } from "./sign-in-attempt";
import { usePasskeyAttempt } from "./use-passkey-attempt";

/** Signs in with a passkey alone, whoever it is of: nobody types an address. */
export function PasskeySignIn({ next }: { next: string }) {
  const { attempt, waitSeconds, problem } = useSignInAttempts();
  const withPasskey = usePasskeyAttempt();
  const [pending, setPending] = useState(false);
  const press = async () => {
    setPending(true);
    const outcome = await attempt(() => withPasskey(attemptPasskey));
    if (outcome?.kind === "ok") await load(next);
    setPending(false);
  };
  return (
    <div>
      <Button
        className="w-full"
        pending={pending}
        aria-disabled={waitSeconds > 0}
        onClick={() => void press()}
      >
        <KeyRound aria-hidden />
        Sign in with a passkey
      </Button>
      <div role="alert" className="mt-2 empty:mt-0">
        {problem}
      </div>
    </div>
  );
}
