import { eq } from "drizzle-orm";
import type { z } from "zod";
import { adminIdSchema } from "@/contracts/schemas/admins";
import { authorize } from "@/server/core/authorize";
import { AppError, notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { makeLink } from "./internal/link";

/**
 * Makes a link that signs an owner in once, for when their provider does not. No procedure offers it: an owner who could do
 * this in the console could become any other there.
 * @returns the link, which is kept nowhere, and when it stops working
 * @throws AppError not_found, invalid_state for anybody but an owner who may sign in
 */
export async function issueSignInLink(
  ctx: ServiceContext,
  input: z.input<typeof adminIdSchema>,
): Promise<{ url: string; expiresAt: string }> {
  authorize(ctx, "team:manage");
  const { id } = parse(adminIdSchema, input);
  return withTransaction(ctx, async (ctx) => {
    const [admin] = await ctx.tx.select().from(admins).where(eq(admins.id, id)).for("update");
    if (!admin) throw notFound();
    if (admin.role !== "owner" || admin.deactivatedAt)
      throw new AppError("invalid_state", "Such a link is for an owner who is not deactivated alone.");
    const { token, expiresAt } = await makeLink(ctx, id, "sign_in");
    await recordAudit(ctx, {
      action: "admin.issue_sign_in_link",
      subject: { id, name: admin.email },
      environment: null,
      after: { expiresAt: expiresAt.toISOString() },
    });
    return { url: `${ctx.baseUrl}/sign-in/link#${token}`, expiresAt: expiresAt.toISOString() };
  });
}
