import { z } from "zod";
import { newPasswordSchema } from "./admins";
import { HOUR_MS, MINUTE_MS } from "./durations";
import { emailSchema, text } from "./text";

/** What a single-use link does for somebody of the team, and for how long it can be used. */
export const LINK_LIVES_MS = {
  /** Signs an owner in, where nothing else does any more. Made on the server, by whoever may run commands there. */
  sign_in: 15 * MINUTE_MS,
  reset_password: 30 * MINUTE_MS,
  change_email: HOUR_MS,
} as const;

export type LinkPurpose = keyof typeof LINK_LIVES_MS;

/** As a link has it. Not its exact form: whoever has another text is told the same as whoever has a used link. */
const linkTokenSchema = z.string().min(1).max(100);

export const linkSchema = z.strictObject({ token: linkTokenSchema });

/** Not `emailSchema`: whoever typed no address is told the same as whoever typed one that nobody has. */
export const requestPasswordResetSchema = z.strictObject({ email: text(1, 254) });

export const resetOwnPasswordSchema = z.strictObject({ token: linkTokenSchema, password: newPasswordSchema });

export const requestEmailChangeSchema = z.strictObject({
  email: emailSchema,
  /** The one there is: whoever finds a console open must not be able to take it over. */
  password: z.string().min(1, "Type your password").max(256),
});
