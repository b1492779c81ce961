import { HOUR_MS } from "./durations";
import type { Id } from "./ids";
import type { RoleGrants } from "./roles";

/** How long an invitation can be accepted. Long enough for a weekend; a link in an old mail must not open anything. */
export const INVITATION_LIFE_MS = 72 * HOUR_MS;

/** An open invitation, as those see it who manage the team. */
export interface InvitationView extends RoleGrants {
  id: Id<"inv">;
  email: string;
  /** Who has invited, as Audit calls them. */
  invitedBy: string;
  createdAt: string;
  /** When its link stops working; a new link starts the time again. */
  expiresAt: string;
}

/** An invitation and its link's token, which is shown this once. */
export interface IssuedInvitation {
  invitation: InvitationView;
  token: string;
  /** Whether a mail with the link is on its way. */
  isMailed: boolean;
}

/** What whoever holds a link sees before they accept. */
export interface OfferedInvitation extends RoleGrants {
  email: string;
  invitedBy: string;
}

/**
 * Where an invitation is accepted. The token stands behind `#`, which browsers send to no server: so it is in the log of no
 * proxy on the way, and in no Referer (RFC 9110, section 10.1.3).
 */
export function invitationPath(token: string): `/${string}` {
  return `/invite#${token}`;
}
