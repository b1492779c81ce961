/** How many recovery codes there are; each works once. */
export const RECOVERY_CODES = 10;

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
