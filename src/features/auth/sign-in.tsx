import type { WaysToSignIn } from "@/contracts/single-sign-on";
import { Or } from "./or";
import { PasskeySignIn } from "./passkey-sign-in";
import { ProviderChoice } from "./provider-choice";
import { SignInForm } from "./sign-in-form";
import { ReturnedProblem } from "./sign-in-problem";

interface SignInProps {
  /** A path that the page has checked. */
  next: string;
  error: string | undefined;
  provider: string | undefined;
  ways: WaysToSignIn;
}

/** Every way to sign in that the installation has. */
export function SignIn({ next, error, provider, ways }: SignInProps) {
  return (
    <>
      <ReturnedProblem error={error} provider={provider} ways={ways} />
      {ways.password ? (
        <SignInForm next={next} canReset={ways.passwordReset}>
          <Or />
          <div className="space-y-2">
            <PasskeySignIn next={next} />
            <ProviderChoice ways={ways} next={next} />
          </div>
        </SignInForm>
      ) : (
        <ProviderChoice ways={ways} next={next} />
      )}
    </>
  );
}
