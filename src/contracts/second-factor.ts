import { z } from "zod";

/** How many recovery codes there are; each works once. */
export const RECOVERY_CODES = 10;

/** Six digits of an authenticator app (RFC 6238), or a recovery code of sixteen characters; blanks and hyphens are for reading. */
export const secondFactorCodeSchema = z
  .string()
  .max(100, "Must be the six digits of the app, or a recovery code")
  .transform((typed) => typed.replace(/[\s-]/g, "").toLowerCase())
  .pipe(z.string().regex(/^(\d{6}|[a-z2-7]{16})$/, "Must be the six digits of the app, or a recovery code"));

export const secondFactorCodeInput = z.strictObject({ code: secondFactorCodeSchema });

/** By what a second factor is shown, beside recovery codes. */
export type SecondFactorWay = "app" | "passkey";

/** What one's profile says of it. */
export interface SecondFactorView {
  /** Since when signing in asks for a code of the app; null: it does not. */
  enabledAt: string | null;
  /** Whether signing in asks for a passkey as well, or for that in its place. */
  hasPasskey: boolean;
  /** Recovery codes that were not used yet. */
  codesLeft: number;
}

/** What an app has to know, shown once. */
export interface SecondFactorSecret {
  /** Base32, to be typed. */
  key: string;
  /** `otpauth://totp/…`, to be shown as a QR code. */
  uri: string;
}
