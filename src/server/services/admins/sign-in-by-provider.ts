import { and, eq, gt } from "drizzle-orm";
import type { z } from "zod";
import type { Role, RoleGrants } from "@/contracts/roles";
import {
  grantsOfGroups,
  type ProviderPerson,
  providerPersonSchema,
} from "@/contracts/schemas/single-sign-on";
import type { ProviderRefusal, RoleMapping } from "@/contracts/single-sign-on";
import { cleanText, folded } from "@/contracts/text";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { adminIdentities, adminOfEmail, admins, invitations } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { addAdmin } from "./internal/add";
import { countAttempt } from "./internal/attempts";
import { applyChange, isLastOwner, lockTeam } from "./internal/change";
import { enter, type SignedIn } from "./internal/enter";
import { invitationOf } from "./internal/invitation";
import { noteRefusedSignIn } from "./internal/refused-sign-in";
import { type AdminRow, auditedRole } from "./internal/view";

type InTransaction = ServiceContext & { tx: Transaction };

/** Whom an installation lets in by a provider beside those of the team and those invited. */
export interface Admission {
  /** Whose addresses join without an invitation, in lower case. */
  domains: readonly string[];
  /** Their role, where no group gives another. */
  defaultRole: Role;
  /** Null: what a provider says of groups gives no roles. */
  roleMap: readonly RoleMapping[] | null;
}

/** A sign-in that was refused, and whose it was where that is known. */
interface Refused {
  refused: ProviderRefusal;
  admin?: AdminRow | undefined;
}

/**
 * Signs in whom a provider vouches for, and starts a session as a password does.
 *
 * Who it is, is decided by the account at the provider (issuer and subject), once that has been linked. Before, by its
 * address, if the provider has verified it: the installation's operator has chosen a provider whose word on that counts.
 * What this does not trust it with: an administrator has one account of each provider, so that whoever is given the address
 * of somebody who has left does not become them; and an address that the provider has not verified is nobody's.
 * A second factor that is held here is not asked for: the provider has its own, and links accounts by its own rules.
 * Whether they showed anything to the provider just now is what it says itself (`auth_time`): where it says nothing, the sign-in
 * counts as fresh, and whoever finds their browser open, with a session at such a provider, can make another.
 * @returns why not, where they are not let in
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export async function signInByProvider(
  ctx: ServiceContext,
  input: z.input<typeof providerPersonSchema>,
  admission: Admission,
): Promise<SignedIn | { refused: ProviderRefusal }> {
  const person = parse(providerPersonSchema, input);
  await countAttempt(ctx, person.email ?? person.subject);
  const outcome = await withTransaction(ctx, async (ctx) => {
    // A person can press twice, and an owner change the team meanwhile: one at a time.
    await lockTeam(ctx);
    return decide(ctx, person, admission);
  });
  if (!("refused" in outcome)) return outcome;
  if (outcome.admin) noteRefusedSignIn(ctx, outcome.admin.id);
  return { refused: outcome.refused };
}

async function decide(
  ctx: InTransaction,
  person: ProviderPerson,
  admission: Admission,
): Promise<SignedIn | Refused> {
  const linked = await adminOfIdentity(ctx, person);
  const email = person.emailVerified ? person.email : null;
  if (!linked && email === null) return { refused: "unverified" };
  const admin = linked ?? (email === null ? undefined : await adminOfAddress(ctx, email));
  if (admin?.deactivatedAt) return { refused: "deactivated", admin };
  if (admin && !linked && (await hasIdentity(ctx, admin, person.issuer)))
    return { refused: "other_account", admin };
  const grants = admission.roleMap && grantsOfGroups(admission.roleMap, person.groups ?? []);
  const stays = admin !== undefined && (await isLastOwner(ctx.tx, admin));
  if (admission.roleMap && !grants && !stays) return { refused: "no_group", admin };
  const entering = admin
    ? await withGrants(ctx, admin, stays ? null : grants)
    : email !== null && (await join(ctx, { ...person, email }, admission, grants));
  if (!entering) return { refused: "unknown" };
  await noteIdentity(ctx, entering, person, linked !== undefined);
  const { id, unrecordedFailures: refusedBefore } = entering;
  return enter(ctx, { id, refusedBefore }, { provider: person.issuer }, person.authenticatedAt);
}

async function adminOfIdentity(
  { tx }: InTransaction,
  { issuer, subject }: ProviderPerson,
): Promise<AdminRow | undefined> {
  const [found] = await tx
    .select({ admin: admins })
    .from(adminIdentities)
    .innerJoin(admins, eq(admins.id, adminIdentities.adminId))
    .where(and(eq(adminIdentities.issuer, issuer), eq(adminIdentities.subject, subject)))
    .for("update", { of: admins });
  return found?.admin;
}

async function adminOfAddress({ tx }: InTransaction, email: string): Promise<AdminRow | undefined> {
  const [found] = await tx.select().from(admins).where(adminOfEmail(email)).for("update");
  return found;
}

async function hasIdentity({ tx }: InTransaction, { id }: AdminRow, issuer: string): Promise<boolean> {
  const [found] = await tx
    .select({ subject: adminIdentities.subject })
    .from(adminIdentities)
    .where(and(eq(adminIdentities.adminId, id), eq(adminIdentities.issuer, issuer)));
  return found !== undefined;
}

/** Gives the role that somebody's groups say, as a change of role by hand would. @param grants null: they keep theirs */
async function withGrants(ctx: InTransaction, admin: AdminRow, grants: RoleGrants | null): Promise<AdminRow> {
  if (!grants) return admin;
  const [before, after] = [auditedRole(admin), auditedRole(grants)];
  if (JSON.stringify(before) === JSON.stringify(after)) return admin;
  return applyChange(ctx, admin, "admin.change_role", {
    set: grants,
    before: { role: before },
    after: { role: after },
  });
}

/** Makes the person who was invited, or whose address is of a domain that is let in; null: neither. */
async function join(
  ctx: InTransaction,
  { email, name, domain }: ProviderPerson & { email: string },
  { domains, defaultRole }: Admission,
  grants: RoleGrants | null,
): Promise<AdminRow | null> {
  const [invitation] = await ctx.tx
    .delete(invitations)
    .where(and(invitationOf(email), gt(invitations.expiresAt, ctx.clock.now())))
    .returning();
  const isLetIn = domain !== null && domains.includes(folded(domain));
  if (!invitation && !isLetIn) return null;
  const { role, environmentRoles } = grants ?? invitation ?? { role: defaultRole, environmentRoles: null };
  const person = { email: invitation?.email ?? email, name, role, environmentRoles };
  const { id } = await addAdmin(ctx, person, null, invitation ?? null);
  const [added] = await ctx.tx.select().from(admins).where(eq(admins.id, id));
  return added ?? null;
}

async function noteIdentity(
  ctx: InTransaction,
  { id: adminId, email: ownEmail }: AdminRow,
  { issuer, subject, email }: ProviderPerson,
  isLinked: boolean,
): Promise<void> {
  const now = ctx.clock.now();
  const seen = { lastSignInAt: now, ...(email === null ? {} : { email: cleanText(email) }) };
  if (isLinked) {
    const own = and(eq(adminIdentities.issuer, issuer), eq(adminIdentities.subject, subject));
    await ctx.tx.update(adminIdentities).set(seen).where(own);
    return;
  }
  await ctx.tx
    .insert(adminIdentities)
    .values({ issuer, subject, adminId, email: ownEmail, linkedAt: now, ...seen });
  await recordAudit(ctx, {
    action: "admin.link_identity",
    subject: { id: adminId, name: ownEmail },
    environment: null,
    after: { provider: issuer },
  });
}
