"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { attemptLink, load, type SignInOutcome } from "@/lib/sign-in";
import { AuthFrame } from "./auth-frame";
import { DeadLink } from "./dead-link";
import { SignInProblem } from "./sign-in-problem";
import { NO_TOKEN, useLinkToken } from "./use-link-token";

const USED =
  "It was used, has expired, or is not the newest one. Make a new one on the server: admin break-glass.";

/** Signs in with the link's token, when it is pressed: a link must not be used up by whoever only looks at it. */
export function SignInByLink() {
  const token = useLinkToken();
  // Nothing that was said of one link is said of another that is opened in the same tab.
  return <ByLink key={token} token={token} />;
}

function ByLink({ token }: { token: string | null }) {
  const [pending, setPending] = useState(false);
  const [outcome, setOutcome] = useState<SignInOutcome | null>(null);
  const press = async () => {
    setPending(true);
    const result = await attemptLink(token ?? "");
    if (result.kind === "ok") return load("/");
    setPending(false);
    setOutcome(result);
  };
  const dead = token === "" ? NO_TOKEN : outcome?.kind === "wrong" ? USED : null;
  return (
    <AuthFrame title="Sign in" sub="With a link that was made on the server.">
      {dead ? (
        <DeadLink text={dead} />
      ) : (
        <div className="space-y-4">
          <div role="alert">
            <SignInProblem
              outcome={outcome}
              waitSeconds={outcome?.kind === "slow_down" ? outcome.seconds : 0}
            />
          </div>
          <Button variant="primary" className="w-full" pending={pending} onClick={() => void press()}>
            Sign in
          </Button>
        </div>
      )}
    </AuthFrame>
  );
}
