import * as z from "zod";
import { newPasswordSchema } from "./admins";
import { idSchema } from "./ids";
import { grantsShape, refuseTwoGrants } from "./roles";
import { emailSchema, text } from "./text";

/** Whom to invite, and the role that accepting gives. */
export const inviteSchema = z
  .strictObject({ email: emailSchema, ...grantsShape })
  .superRefine(refuseTwoGrants);

export const invitationIdSchema = z.strictObject({ id: idSchema("inv") });

/** As the link has it. Not its exact form: whoever has another text is told the same as whoever has a used link. */
const tokenSchema = z.string().min(1).max(100);

export const invitationTokenSchema = z.strictObject({ token: tokenSchema });

export const acceptInvitationSchema = z.strictObject({
  token: tokenSchema,
  name: text(1, 100),
  password: newPasswordSchema,
});
