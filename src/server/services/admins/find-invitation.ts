import type { z } from "zod";
import type { OfferedInvitation } from "@/contracts/invitations";
import { invitationTokenSchema } from "@/contracts/schemas/invitations";
import { parse } from "@/server/core/validation";
import { invitations } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { countInvitationAttempt } from "./internal/attempts";
import { deadLink, opened } from "./internal/invitation";

/**
 * What a link invites to, for whoever holds it.
 * @throws AppError not_found for any link that cannot be accepted, without saying why; rate_limited
 */
export async function findInvitation(
  ctx: ServiceContext,
  input: z.input<typeof invitationTokenSchema>,
): Promise<OfferedInvitation> {
  const { token } = parse(invitationTokenSchema, input);
  await countInvitationAttempt(ctx);
  const [row] = await withDatabase(ctx, (db) => db.select().from(invitations).where(opened(ctx, token)));
  if (!row) throw deadLink();
  const { email, role, environmentRoles, invitedBy } = row;
  return { email, role, environmentRoles, invitedBy };
}
