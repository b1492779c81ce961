import { randomText } from "@/server/core/secrets";

/** Digits and capitals without those that look alike on paper or sound alike: 0 O, 1 I L. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

const GROUPS = 5;
const GROUP_LENGTH = 5;

/** A new licence key, `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`: 123 bits from the CSPRNG, so that nobody guesses another's. */
export function generateLicenseKey(): string {
  return Array.from({ length: GROUPS }, () => randomText(ALPHABET, GROUP_LENGTH)).join("-");
}
