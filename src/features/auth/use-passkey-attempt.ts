import type { AuthenticationResponseJSON } from "@simplewebauthn/browser";
import { describeError } from "@/lib/errors";
import { answerWithPasskey } from "@/lib/passkeys";
import type { SignInOutcome } from "@/lib/sign-in";
import { trpc } from "@/trpc/client";

/** Has a passkey of whoever sits here answer a challenge of the sign-in page, and sends the answer. */
export function usePasskeyAttempt() {
  const ask = trpc.signIn.askPasskey.useMutation();
  return async (
    send: (answer: AuthenticationResponseJSON) => Promise<SignInOutcome>,
  ): Promise<SignInOutcome> => {
    let answer: AuthenticationResponseJSON;
    try {
      answer = await answerWithPasskey(await ask.mutateAsync());
    } catch (error) {
      return { kind: "told", text: describeError(error).message };
    }
    return send(answer);
  };
}
