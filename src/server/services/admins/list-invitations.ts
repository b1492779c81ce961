import { desc, gt } from "drizzle-orm";
import type { InvitationView } from "@/contracts/invitations";
import { authorize } from "@/server/core/authorize";
import { invitations } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { invitationViewOf } from "./internal/invitation";

/** The invitations that can still be accepted, newest first. */
export async function listInvitations(ctx: ServiceContext): Promise<InvitationView[]> {
  authorize(ctx, "team:manage");
  const rows = await withDatabase(ctx, (db) =>
    db
      .select()
      .from(invitations)
      .where(gt(invitations.expiresAt, ctx.clock.now()))
      .orderBy(desc(invitations.id)),
  );
  return rows.map(invitationViewOf);
}
