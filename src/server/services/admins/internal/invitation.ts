import { and, eq, gt, type SQL, sql } from "drizzle-orm";
import { INVITATION_LIFE_MS, type InvitationView, invitationPath } from "@/contracts/invitations";
import { roleLabel } from "@/contracts/roles";
import { folded } from "@/contracts/text";
import { AppError } from "@/server/core/errors";
import { newToken, tokenDigest } from "@/server/core/secrets";
import type { Transaction } from "@/server/database/connections";
import { invitations } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { queueMail } from "../../mails";

export type InvitationRow = typeof invitations.$inferSelect;

/** Without what opens it. */
export function invitationViewOf({
  id,
  email,
  role,
  environmentRoles,
  invitedBy,
  createdAt,
  expiresAt,
}: InvitationRow): InvitationView {
  return {
    id,
    email,
    role,
    environmentRoles,
    invitedBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

/** A new link: its token, which is kept nowhere, and what of it goes into the row. */
export function newLink({ clock }: ServiceContext) {
  const token = newToken();
  const expiresAt = new Date(clock.now().getTime() + INVITATION_LIFE_MS);
  return { token, columns: { tokenDigest: tokenDigest(token), expiresAt } };
}

/** Mails the link to whom it invites. @returns false where no mail is set up */
export function mailInvitation(
  ctx: ServiceContext & { tx: Transaction },
  row: InvitationRow,
  token: string,
): Promise<boolean> {
  return queueMail(ctx, {
    to: row.email,
    subject: "You are invited to Keyward",
    headline: "You are invited to Keyward",
    paragraphs: [
      `You are invited to the control center of API keys at ${ctx.baseUrl}, as ${roleLabel(row)}, by ${row.invitedBy}.`,
      "Press the button within 72 hours. It works once.",
    ],
    action: { label: "Join", path: invitationPath(token) },
    footer: `This address was given by ${row.invitedBy}. If you do not expect this mail, leave it: nothing happens then.`,
    usefulUntil: row.expiresAt,
  });
}

/** The invitation that a link opens now. */
export function opened({ clock }: ServiceContext, token: string): SQL | undefined {
  return and(eq(invitations.tokenDigest, tokenDigest(token)), gt(invitations.expiresAt, clock.now()));
}

/** By e-mail address, whatever its capitals. */
export function invitationOf(email: string): SQL {
  return eq(sql`lower(${invitations.email} collate "C")`, folded(email));
}

/** One answer for a link that is used, expired, revoked, replaced or made up: which of them it is helps nobody but a guesser. */
export function deadLink(): AppError {
  return new AppError(
    "not_found",
    "This invitation does not work: it was used or withdrawn, has expired, or is not the newest link. Ask whoever invited you for a new link.",
  );
}
