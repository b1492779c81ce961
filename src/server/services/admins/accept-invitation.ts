import type { z } from "zod";
import type { AdminView } from "@/contracts/admins";
import { acceptInvitationSchema } from "@/contracts/schemas/invitations";
import { refuseCommonPassword } from "@/server/core/common-passwords";
import { isAppError } from "@/server/core/errors";
import { hashPassword } from "@/server/core/passwords";
import { parse } from "@/server/core/validation";
import { invitations } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { addAdmin } from "./internal/add";
import { countInvitationAttempt } from "./internal/attempts";
import { lockTeam } from "./internal/change";
import { deadLink, opened } from "./internal/invitation";

/**
 * Makes the administrator whom a link invites, with the name and the password of their choice. It works once: of two
 * attempts at the same moment one makes the person and the other meets a used link.
 * @throws AppError not_found for any link that cannot be accepted, without saying why; rate_limited
 */
export async function acceptInvitation(
  ctx: ServiceContext,
  input: z.input<typeof acceptInvitationSchema>,
): Promise<AdminView> {
  const { token, name, password } = parse(acceptInvitationSchema, input);
  await countInvitationAttempt(ctx);
  const asInvited: ServiceContext = { ...ctx, principal: { kind: "system", name: "invitation" } };
  // Looked at first: a made-up link must not cost the hashing of a password.
  const [open] = await withDatabase(asInvited, (db) =>
    db.select({ id: invitations.id }).from(invitations).where(opened(ctx, token)),
  );
  if (!open) throw deadLink();
  await refuseCommonPassword("password", password);
  const passwordHash = await hashPassword(password);
  try {
    return await withTransaction(asInvited, async (ctx) => {
      await lockTeam(ctx);
      const [row] = await ctx.tx.delete(invitations).where(opened(ctx, token)).returning();
      if (!row) throw deadLink();
      const { email, role, environmentRoles } = row;
      return addAdmin(ctx, { email, name, role, environmentRoles }, passwordHash, row);
    });
  } catch (error) {
    // Added by the command line meanwhile.
    throw isAppError(error) && error.code === "conflict" ? deadLink() : error;
  }
}
