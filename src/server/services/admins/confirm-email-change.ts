import { and, eq, ne } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { linkSchema } from "@/contracts/schemas/admin-links";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { violatedUnique } from "@/server/database/errors";
import { adminLinks, admins, invitations, sessions } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { queueMail } from "../mails";
import { asAdministrator } from "../sessions";
import { countLinkAttempt } from "./internal/attempts";
import { invitationOf } from "./internal/invitation";
import { deadLink, spendLink } from "./internal/link";

/**
 * Makes the address of the link that of its administrator. Their sessions end with it, and so do links that were mailed to the
 * address before.
 * @param keep the session of the browser that asks, which goes on if it is theirs
 * @throws AppError not_found where the link opens nothing, without saying why; conflict when the address is somebody else's by
 * now; rate_limited
 */
export async function confirmEmailChange(
  ctx: ServiceContext,
  input: z.input<typeof linkSchema>,
  keep: Id<"ses"> | undefined,
): Promise<{ email: string }> {
  const { token } = parse(linkSchema, input);
  await countLinkAttempt(ctx);
  try {
    return await withTransaction(ctx, async (ctx) => {
      const { adminId, email } = await spendLink(ctx, token, "change_email");
      const [admin] = await ctx.tx.select().from(admins).where(eq(admins.id, adminId)).for("update");
      if (!admin || admin.deactivatedAt || email === null) throw deadLink();
      await ctx.tx.update(admins).set({ email }).where(eq(admins.id, adminId));
      await ctx.tx.delete(adminLinks).where(eq(adminLinks.adminId, adminId));
      await ctx.tx.delete(invitations).where(invitationOf(email));
      await ctx.tx.delete(sessions).where(and(eq(sessions.adminId, adminId), keep && ne(sessions.id, keep)));
      await queueMail(ctx, {
        to: admin.email,
        subject: "Your e-mail address has changed",
        headline: "Your e-mail address has changed",
        paragraphs: [
          `From now on you sign in to Keyward as ${email}.`,
          "If that was not you, tell an owner at once.",
        ],
        action: null,
        footer: "This is the last mail to this address.",
      });
      await recordAudit(await asAdministrator(ctx, adminId), {
        action: "admin.change_email",
        subject: { id: adminId, name: email },
        environment: null,
        before: { email: admin.email },
        after: { email },
      });
      return { email };
    });
  } catch (error) {
    if (violatedUnique(error) !== "admins_email_key") throw error;
    throw new AppError("conflict", "Somebody else here has this e-mail address.", {}, error);
  }
}
