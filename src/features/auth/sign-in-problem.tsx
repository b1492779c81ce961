import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { PASSKEY_REFUSALS, type PasskeyRefusal } from "@/contracts/passkeys";
import type { WaysToSignIn } from "@/contracts/single-sign-on";
import type { SignInFailure } from "@/lib/sign-in";

/** Why somebody was not signed in, as a line of its own. */
export function Problem({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 rounded-lg bg-bad-soft px-3 py-2 text-bad text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

/** Why an attempt of this page did not sign in. @param waitSeconds what is left of a wait */
export function SignInProblem({
  failure,
  waitSeconds,
}: {
  failure: SignInFailure | null;
  waitSeconds: number;
}) {
  if (failure?.kind === "wrong") return <Problem>E-mail and password do not match.</Problem>;
  if (failure?.kind === "second_factor" || failure?.kind === "passkey")
    return failure.refused && <Problem>{refusalSentence(failure.refused)}</Problem>;
  if (failure?.kind === "told") return <Problem>{failure.text}</Problem>;
  if (failure?.kind === "failed")
    return <Problem>Signing in did not work. Check the connection and try again.</Problem>;
  if (failure?.kind !== "slow_down") return null;
  if (waitSeconds === 0) return <p className="text-ink-2 text-sm">You can try again now.</p>;
  return (
    <Problem>
      Too many attempts. Try again in <TimeLeft seconds={waitSeconds} />{" "}
      {waitSeconds === 1 ? "second" : "seconds"}.
    </Problem>
  );
}

function refusalSentence(refused: "code" | PasskeyRefusal): string {
  if (refused === "code") return "This code is wrong, or was used already.";
  return PASSKEY_REFUSALS[refused];
}

/** A timer is silent within an alert: the wait is read out once, and not again with every second. */
function TimeLeft({ seconds }: { seconds: number }) {
  return (
    <span role="timer" className="tabular-nums">
      {seconds}
    </span>
  );
}

interface ReturnedProblemProps {
  /** What stands in the page's address, which anybody can have written: it chooses a sentence, and is never shown. */
  error: string | undefined;
  provider: string | undefined;
  ways: WaysToSignIn;
}

/** Why somebody was sent here, or came back from a provider without a sign-in; nothing where they came by themselves. */
export function ReturnedProblem({ error, provider, ways }: ReturnedProblemProps) {
  if (!error) return null;
  const name = ways.providers.find(({ id }) => id === provider)?.name ?? "the provider";
  return (
    <div role="alert" className="mb-4">
      <Problem>{sentenceOf(error, name)}</Problem>
    </div>
  );
}

function sentenceOf(error: string, name: string): string {
  const [, seconds] = /^slow_down:(\d{1,5})$/.exec(error) ?? [];
  if (seconds) return `Too many attempts. Try again in ${seconds} ${seconds === "1" ? "second" : "seconds"}.`;
  switch (error) {
    case "session_ended":
      return "Your session has ended: you were signed out, or it was not used for long. Sign in again.";
    case "unverified":
      return `Your e-mail address at ${name} is not verified. Verify it there, then sign in again.`;
    case "unknown":
      return `Nobody here has your e-mail address at ${name}, and no invitation is open for it. Ask an owner to invite you.`;
    case "deactivated":
      return "Your account here is deactivated. Ask an owner to reactivate it.";
    case "other_account":
      return `Another account of ${name} signs in with this e-mail address. If it is yours, sign in with your password and unlink the other one in your profile; if not, ask an owner.`;
    case "no_group":
      return `None of your groups at ${name} may use this console. Ask whoever runs ${name} to add you to one.`;
    case "unavailable":
      return "Signing in did not work on our side. Try again in a moment.";
    case "OAuthSignin":
      return "The sign-in provider cannot be reached. Try again in a moment; if it stays so, the server's log says why.";
    case "OAuthCallback":
      return "The sign-in took too long, was begun in another browser, or its answer could not be trusted. Begin again here.";
    case "Callback":
      return "The sign-in was cancelled at the provider.";
    case "SessionRequired":
      return "Sign in to continue.";
    default:
      return "Signing in did not work. Try again.";
  }
}
