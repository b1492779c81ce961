import * as z from "zod";
import { newPasswordSchema } from "./admins";
import { emailSchema, text } from "./text";

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
