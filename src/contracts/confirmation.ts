import { z } from "zod";
import { MINUTE_MS } from "./durations";
import { passkeyInput } from "./passkeys";
import { secondFactorCodeInput } from "./second-factor";

/**
 * For how long a sign-in, or having confirmed that it is oneself, lets a session do what takes a fresh factor: what a
 * cookie that was stolen, or a console that was left open, must not be enough for.
 */
export const FRESH_FACTOR_MS = 10 * MINUTE_MS;

/** By what somebody can confirm that it is them; each is enough. */
export type ConfirmationWay = "passkey" | "password" | "code";

/** The present password, where it is asked for by itself. */
export const passwordInput = z.strictObject({ password: z.string().min(1, "Type your password").max(256) });

/** A code, or a passkey. */
export const secondFactorInput = z.union([secondFactorCodeInput, passkeyInput]);

/** What confirms that it is oneself: password, or a second factor. */
export const confirmIdentitySchema = z.union([passwordInput, secondFactorInput]);
