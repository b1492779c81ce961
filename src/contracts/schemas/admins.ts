import * as z from "zod";
import { MIN_PASSWORD_LENGTH } from "../admins";
import { idSchema } from "./ids";
import { signInByPasskeySchema } from "./passkeys";
import { grantsShape, refuseTwoGrants } from "./roles";
import { secondFactorCodeSchema } from "./second-factor";
import { emailSchema, text } from "./text";
import { timeZoneSchema } from "./time-zones";

/** A new password. Length counts, composition rules do not (NIST SP 800-63B-4, section 3.1.1.2). The cap bounds hashing work. */
export const newPasswordSchema = z
  .string()
  .min(MIN_PASSWORD_LENGTH, `Must be at least ${MIN_PASSWORD_LENGTH} characters`)
  .max(256, "Must be at most 256 characters");

const nameSchema = text(0, 100);

const newAdminShape = { email: emailSchema, name: nameSchema.default(""), ...grantsShape };

/** What is known of a new administrator before they have a password. */
export const newAdminSchema = z.strictObject(newAdminShape).superRefine(refuseTwoGrants);

export const createAdminSchema = z
  .strictObject({ ...newAdminShape, password: newPasswordSchema })
  .superRefine(refuseTwoGrants);

export const adminIdSchema = z.strictObject({ id: idSchema("adm") });

export const changeRoleSchema = z
  .strictObject({ id: idSchema("adm"), ...grantsShape })
  .superRefine(refuseTwoGrants);

/** By whoever can run commands on the server. What one knows of one's own password is asked in the profile. */
export const resetPasswordSchema = z.strictObject({ id: idSchema("adm"), password: newPasswordSchema });

/** The first owner, made with the one-time token that the terminal printed. */
export const setUpSchema = z.strictObject({
  token: z.string().min(1).max(100),
  email: emailSchema,
  password: newPasswordSchema,
});

/** One's own. */
export const changeNameSchema = z.strictObject({ name: nameSchema });

/** What times are shown in to oneself. */
export const changeTimeZoneSchema = z.strictObject({ timeZone: timeZoneSchema });

export const changePasswordSchema = z.strictObject({
  /** The one there is: whoever finds a console open must not be able to lock its owner out. */
  present: z.string().min(1, "Type your present password").max(256),
  next: newPasswordSchema,
});

/** Not `emailSchema`: whoever typed no address is told the same as whoever typed a wrong one. */
export const signInSchema = z.strictObject({
  email: text(1, 254),
  password: z.string().min(1, "Type your password").max(256),
  /** Of the second factor, where it was asked for: a code, or a passkey. */
  code: secondFactorCodeSchema.optional(),
  passkey: signInByPasskeySchema.optional(),
});
