import * as z from "zod";
import { passkeyInput } from "./passkeys";
import { secondFactorCodeInput } from "./second-factor";

/** The present password, where it is asked for by itself. */
export const passwordInput = z.strictObject({ password: z.string().min(1, "Type your password").max(256) });

/** A code, or a passkey. */
export const secondFactorInput = z.union([secondFactorCodeInput, passkeyInput]);

/** What confirms that it is oneself: password, or a second factor. */
export const confirmIdentitySchema = z.union([passwordInput, secondFactorInput]);
