import {
  decodeClientDataJSON,
  isoBase64URL,
  parseAuthenticatorData,
  toHash,
} from "@simplewebauthn/server/helpers";
import type { PasskeyRefusal } from "@/contracts/passkeys";
import { cleaned } from "@/contracts/text";
import type { ServiceContext } from "../../context";
import type { RelyingParty } from "./relying-party";

/** What an authenticator has signed, and what it was asked for. */
interface Answered {
  clientDataJSON: string;
  /** Reads it, which fails for what is none. */
  authenticatorData: () => Uint8Array<ArrayBuffer>;
  challenge: string;
  relyingParty: RelyingParty;
}

/**
 * What is wrong with an answer that the library has refused, in our words: it tells by messages alone, which are made for
 * a log. Decides nothing.
 */
export async function whyRefused({
  clientDataJSON,
  authenticatorData,
  challenge,
  relyingParty,
}: Answered): Promise<PasskeyRefusal> {
  try {
    const client = decodeClientDataJSON(clientDataJSON);
    const { rpIdHash, flags } = parseAuthenticatorData(authenticatorData());
    if (client.challenge !== challenge) return "challenge";
    const expectedHash = await toHash(new TextEncoder().encode(relyingParty.id));
    if (client.origin !== relyingParty.origin || client.crossOrigin) return "other_address";
    if (isoBase64URL.fromBuffer(rpIdHash) !== isoBase64URL.fromBuffer(expectedHash)) return "other_address";
    return flags.uv ? "forged" : "no_verification";
  } catch {
    return "forged";
  }
}

/**
 * Refuses what was asked for within a frame of another site's page (section 7.2, step 13): the console is shown in none, and
 * somebody would confirm something other than they see. The library lets it pass where the browser does not name that page.
 * @throws Error
 */
export function refuseEmbedded(clientDataJSON: string): void {
  if (decodeClientDataJSON(clientDataJSON).crossOrigin)
    throw new Error("Asked for within another site's page");
}

/** Of what the library says of a refusal, in the log: some of its words are a stranger's, as long as their answer. */
const MAX_REASON = 300;

/** Says in the log why an answer was refused. */
export function logRefusal(
  { logger, requestId }: Pick<ServiceContext, "logger" | "requestId">,
  error: unknown,
): void {
  const reason = cleaned((error instanceof Error ? error.message : "").slice(0, MAX_REASON));
  logger.info({ reason, requestId }, "A passkey was refused");
}
