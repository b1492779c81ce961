import { eq } from "drizzle-orm";
import type { z } from "zod";
import { requestEmailChangeSchema } from "@/contracts/schemas/admin-links";
import { folded } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { AppError, invalidField } from "@/server/core/errors";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { queueMail } from "../mails";
import { makeLink } from "./internal/link";
import { requirePassword } from "./internal/require-password";

/**
 * Begins to change one's own e-mail address: a link goes to the new one, which shows that it is theirs, and a word to the old
 * one, whose owner may not have asked. Whether somebody else has that address is told to whoever opens the link alone.
 * @throws AppError validation_failed at the field that is wrong; rate_limited, counted together with sign-ins; invalid_state
 * where no mail is set up
 */
export async function requestEmailChange(
  ctx: ServiceContext,
  input: z.input<typeof requestEmailChangeSchema>,
): Promise<void> {
  authorize(ctx, "profile:manage");
  const { email, password } = parse(requestEmailChangeSchema, input);
  const own = administratorOf(ctx.principal);
  if (!ctx.mailer) throw new AppError("invalid_state", "No mail is set up here, so no link can be sent.");
  const passwordHash = await requirePassword(ctx, password);
  if (folded(email) === folded(own.email))
    throw invalidField("email", "Must be another one than the present");
  await withTransaction(ctx, async (ctx) => {
    // Changed meanwhile, as the password was stolen: the link must not come after what made them worthless.
    const [unchanged] = await ctx.tx
      .select({ passwordHash: admins.passwordHash })
      .from(admins)
      .where(eq(admins.id, own.id))
      .for("update");
    if (unchanged?.passwordHash !== passwordHash)
      throw new AppError("conflict", "The password was changed meanwhile. Sign in again.");
    const { token, expiresAt } = await makeLink(ctx, own.id, "change_email", email);
    await queueMail(ctx, {
      to: email,
      subject: "Confirm your e-mail address",
      headline: "Confirm your e-mail address for Keyward",
      paragraphs: [
        `${own.email} asked to sign in with this address from now on. If that was you, press the button within an hour: it works once, and signs you out everywhere else.`,
        "If it was not, there is nothing to do.",
      ],
      action: { label: "Confirm the address", path: `/confirm-email#${token}` },
      footer: "This mail was asked for in the profile of an account.",
      usefulUntil: expiresAt,
    });
    await queueMail(ctx, {
      to: own.email,
      subject: "Your e-mail address is about to change",
      headline: "Your e-mail address is about to change",
      paragraphs: [
        `In your profile, ${email} was given as your new address. It counts once the link that was mailed there is opened.`,
        "If that was not you, change your password now: the link stops working with it.",
      ],
      action: { label: "Open your profile", path: "/profile" },
      footer: "This mail goes to the address of an account whenever that is about to change.",
    });
    await recordAudit(ctx, {
      action: "admin.request_email_change",
      subject: { id: own.id, name: own.email },
      environment: null,
      after: { email },
    });
  });
}
