import {
  decodeClientDataJSON,
  isoBase64URL,
  parseAuthenticatorData,
  toHash,
} from "@simplewebauthn/server/helpers";
import type { PasskeyRefusal } from "@/contracts/passkeys";
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
    if (client.origin !== relyingParty.origin) return "other_address";
    if (isoBase64URL.fromBuffer(rpIdHash) !== isoBase64URL.fromBuffer(expectedHash)) return "other_address";
    return flags.uv ? "forged" : "no_verification";
  } catch {
    return "forged";
  }
}
