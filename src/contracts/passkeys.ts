import { MINUTE_MS } from "./durations";
import type { Id } from "./ids";

/** For how long a challenge can be answered: time to look for a security key, and little for whoever has caught one. */
export const CHALLENGE_LIFE_MS = 5 * MINUTE_MS;

/** Of one person. Nobody has more devices; a script that registers again and again may. */
export const MAX_PASSKEYS = 20;

/** Why an authenticator's answer was not taken, in a sentence for whoever sits there. */
export const PASSKEY_REFUSALS = {
  challenge:
    "The passkey was not asked for here, was used already, or took more than five minutes. Try again.",
  unknown: "This passkey is not known here. It may have been removed.",
  other_person: "This passkey belongs to somebody else.",
  other_address: "The passkey was used at another address than this console’s.",
  no_verification: "The passkey did not check who uses it. Unlock it by PIN, fingerprint or face.",
  counter:
    "This passkey was used less often than is on record, so there may be a copy of it. Sign in another way, remove it, and register another.",
  forged: "The passkey could not be verified.",
  deactivated: "Your account here is deactivated. Ask an owner to reactivate it.",
} as const;

export type PasskeyRefusal = keyof typeof PASSKEY_REFUSALS;

/** A passkey as its owner sees it. */
export interface PasskeyView {
  id: Id<"psk">;
  name: string;
  createdAt: string;
  /** Null: never since it was registered. */
  lastUsedAt: string | null;
  /** Kept by a service that syncs it between devices. */
  isBackedUp: boolean;
}
