import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/browser";
import { describeError } from "./errors";

/** What the server has a passkey made by. */
export type CreationOptions = Omit<PublicKeyCredentialCreationOptionsJSON, "extensions">;

/** What the server asks for a passkey by. */
export type RequestOptions = Omit<PublicKeyCredentialRequestOptionsJSON, "extensions">;

/** Why there is no passkey, or none that counts, in a sentence. */
class PasskeyProblem extends Error {
  /** What makes `describeError` take the message as it stands: the server was reached, or was not needed. */
  readonly data = {};
}

/**
 * Has the browser make a passkey.
 * @throws what `describeError` reads, where nobody made one
 */
export function createPasskey(optionsJSON: CreationOptions): Promise<RegistrationResponseJSON> {
  return asked(({ startRegistration }) => startRegistration({ optionsJSON }));
}

/**
 * Has a passkey answer a challenge.
 * @throws what `describeError` reads, where none has
 */
export function answerWithPasskey(optionsJSON: RequestOptions): Promise<AuthenticationResponseJSON> {
  return asked(({ startAuthentication }) => startAuthentication({ optionsJSON }));
}

type Library = typeof import("@simplewebauthn/browser");

async function asked<Answer>(work: (library: Library) => Promise<Answer>): Promise<Answer> {
  if (!window.isSecureContext || !("PublicKeyCredential" in window))
    throw new PasskeyProblem(
      "Passkeys do not work here: they need a browser that knows them, and HTTPS, or localhost.",
    );
  try {
    // Loaded when asked for: no page needs it to be drawn.
    return await work(await import("@simplewebauthn/browser"));
  } catch (error) {
    throw new PasskeyProblem(sentenceOf(error), { cause: error });
  }
}

/** By the names of Web Authentication Level 3, sections 5.1.3 and 5.1.4. */
function sentenceOf(error: unknown): string {
  switch (error instanceof Error ? error.name : "") {
    // Browsers do not tell a page which of these it was, so that it learns nothing of what somebody has.
    case "NotAllowedError":
    case "AbortError":
      return "No passkey was used: it was cancelled, took too long, or there is none here.";
    case "InvalidStateError":
      return "There is a passkey of yours on this device already.";
    case "ConstraintError":
      return "This device cannot check who uses it. Set up a PIN, a fingerprint or the like on it first.";
    case "SecurityError":
      return "Passkeys do not work at this address: they need the console’s own name, and no IP address.";
    default:
      return "The passkey did not work. Try again.";
  }
}

/** The server's refusal of a passkey as a sentence of its own; whatever else was thrown stays as it is. */
export function passkeyFailure(error: unknown): unknown {
  const refused = describeError(error).fields.find(({ path }) => path === "passkey");
  return refused ? new PasskeyProblem(refused.message, { cause: error }) : error;
}
