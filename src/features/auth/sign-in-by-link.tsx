"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { attemptLink, load } from "@/lib/sign-in";
import { AuthFrame } from "./auth-frame";
import { DeadLink } from "./dead-link";
import { useSignInAttempts } from "./sign-in-attempt";
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
  const { attempt, waitSeconds, failure, problem } = useSignInAttempts();
  const [pending, setPending] = useState(false);
  const press = async () => {
    setPending(true);
    const outcome = await attempt(() => attemptLink(token ?? ""));
    if (outcome?.kind === "ok") await load("/");
    setPending(false);
  };
  const dead = token === "" ? NO_TOKEN : failure?.kind === "wrong" ? USED : null;
  return (
    <AuthFrame title="Sign in" sub="With a link that was made on the server.">
      {dead ? (
        <DeadLink text={dead} />
      ) : (
        <div className="space-y-4">
          <div role="alert" className="empty:mb-0">
            {problem}
          </div>
          <Button
            variant="primary"
            className="w-full"
            pending={pending}
            aria-disabled={waitSeconds > 0}
            onClick={() => void press()}
          >
            Sign in
          </Button>
        </div>
      )}
    </AuthFrame>
  );
}
