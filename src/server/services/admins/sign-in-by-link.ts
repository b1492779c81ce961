import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import { linkSchema } from "@/contracts/schemas/admin-links";
import { parse } from "@/server/core/validation";
import { admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { countLinkAttempt } from "./internal/attempts";
import { enter, type SignedIn } from "./internal/enter";
import { deadLink, spendLink } from "./internal/link";

/**
 * Signs the owner in for whom the command line has made a link, without a password or a second factor: whoever may run
 * commands on the server could give them others.
 * @throws AppError not_found where the link opens nothing, without saying why; rate_limited
 */
export async function signInByLink(
  ctx: ServiceContext,
  input: z.input<typeof linkSchema>,
): Promise<SignedIn> {
  const { token } = parse(linkSchema, input);
  await countLinkAttempt(ctx);
  return withTransaction(ctx, async (ctx) => {
    const { adminId } = await spendLink(ctx, token, "sign_in");
    const [owner] = await ctx.tx
      .select({ id: admins.id, refusedBefore: admins.unrecordedFailures })
      .from(admins)
      // Demoted or deactivated since.
      .where(and(eq(admins.id, adminId), eq(admins.role, "owner"), isNull(admins.deactivatedAt)))
      .for("update");
    if (!owner) throw deadLink();
    return enter(ctx, owner, { link: true });
  });
}
