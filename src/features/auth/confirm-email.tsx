"use client";

import { ErrorNotice } from "@/components/error-notice";
import { Link } from "@/components/link";
import { Button } from "@/components/ui/button";
import { trpc } from "@/trpc/client";
import { AuthFrame } from "./auth-frame";
import { DeadLink, deadLinkText } from "./dead-link";
import { NO_TOKEN, useLinkToken } from "./use-link-token";

/** Confirms a new e-mail address when it is pressed: a link must not be used up by a program that only looks at it. */
export function ConfirmEmail() {
  const token = useLinkToken();
  // Nothing that was said of one link is said of another that is opened in the same tab.
  return <Confirm key={token} token={token} />;
}

function Confirm({ token }: { token: string | null }) {
  const { mutate: confirm, data, error, isPending } = trpc.signIn.confirmEmail.useMutation();
  if (data)
    return (
      <AuthFrame title="Your address has changed">
        <p className="text-ink-2">
          You sign in as <span className="break-all font-medium text-ink">{data.email}</span> from now on. You
          are signed out everywhere else.
        </p>
        <Button asChild className="mt-4">
          <Link href="/profile">Open your profile</Link>
        </Button>
      </AuthFrame>
    );
  const refusal = token === "" ? NO_TOKEN : deadLinkText(error);
  if (refusal !== null)
    return (
      <AuthFrame title="Confirm e-mail address">
        <DeadLink text={refusal} />
      </AuthFrame>
    );
  return (
    <AuthFrame title="Confirm e-mail address" sub="You sign in with it from then on.">
      <div className="space-y-4">
        {error ? <ErrorNotice error={error} /> : null}
        <Button
          variant="primary"
          className="w-full"
          pending={isPending}
          onClick={() => token && confirm({ token })}
        >
          Confirm
        </Button>
      </div>
    </AuthFrame>
  );
}
