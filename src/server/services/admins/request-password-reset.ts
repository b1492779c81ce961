import { and, isNull } from "drizzle-orm";
import type { z } from "zod";
import { requestPasswordResetSchema } from "@/contracts/schemas/admin-links";
import { parse } from "@/server/core/validation";
import { adminOfEmail, admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { queueMail } from "../mails";
import { countResetRequest, mayMailReset } from "./internal/attempts";
import { makeLink } from "./internal/link";

/**
 * Mails a link to set a new password to whoever has that address, if somebody does. The work is done beside the answer, which
 * is the same for an address that nobody has, and takes as long.
 * @throws AppError rate_limited, counted by the address that asks alone: how often somebody is asked for is not told
 */
export async function requestPasswordReset(
  ctx: ServiceContext,
  input: z.input<typeof requestPasswordResetSchema>,
): Promise<void> {
  const { email } = parse(requestPasswordResetSchema, input);
  await countResetRequest(ctx);
  ctx.background.run(ctx, "A link for a new password could not be mailed", () => mailReset(ctx, email));
}

async function mailReset(ctx: ServiceContext, email: string): Promise<void> {
  if (!(await mayMailReset(ctx, email))) return;
  const asSignIn: ServiceContext = { ...ctx, principal: { kind: "system", name: "sign-in" } };
  await withTransaction(asSignIn, async (ctx) => {
    const [admin] = await ctx.tx
      .select({ id: admins.id, email: admins.email })
      .from(admins)
      .where(and(adminOfEmail(email), isNull(admins.deactivatedAt)))
      .for("update");
    if (!admin) return;
    const { token, expiresAt } = await makeLink(ctx, admin.id, "reset_password");
    await queueMail(ctx, {
      to: admin.email,
      person: admin.id,
      subject: "Set a new password",
      headline: "Set a new password for Keyward",
      paragraphs: [
        "Somebody asked for a new password for your account, at the sign-in page. If that was you, press the button within 30 minutes: it works once.",
        "If it was not, there is nothing to do. Your password stays as it is.",
      ],
      action: { label: "Set a new password", path: `/reset-password#${token}` },
      footer: "This mail was asked for at the sign-in page.",
      usefulUntil: expiresAt,
    });
    await recordAudit(ctx, {
      action: "admin.request_password_reset",
      subject: { id: admin.id, name: admin.email },
      environment: null,
    });
  });
}
