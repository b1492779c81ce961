import { and, eq, gt, type SQL } from "drizzle-orm";
import { LINK_LIVES_MS, type LinkPurpose } from "@/contracts/admin-links";
import type { Id } from "@/contracts/ids";
import { cleanText } from "@/contracts/text";
import type { Clock } from "@/server/core/clock";
import { AppError } from "@/server/core/errors";
import { newToken, tokenDigest } from "@/server/core/secrets";
import type { Executor, Transaction } from "@/server/database/connections";
import { adminLinks } from "@/server/database/schema";
import type { ServiceContext } from "../../context";

type InTransaction = ServiceContext & { tx: Transaction };

type AdminLink = typeof adminLinks.$inferSelect;

/**
 * Makes a single-use link for somebody; one for the same purpose that is unused stops working.
 * @returns its token, which is kept nowhere, and when it stops working
 */
export async function makeLink(
  { tx, clock }: InTransaction,
  adminId: Id<"adm">,
  purpose: LinkPurpose,
  email: string | null = null,
): Promise<{ token: string; expiresAt: Date }> {
  const token = newToken();
  const expiresAt = new Date(clock.now().getTime() + LINK_LIVES_MS[purpose]);
  const columns = { tokenDigest: tokenDigest(token), email: cleanText(email), expiresAt };
  await tx
    .insert(adminLinks)
    .values({ adminId, purpose, ...columns })
    .onConflictDoUpdate({ target: [adminLinks.adminId, adminLinks.purpose], set: columns });
  return { token, expiresAt };
}

/**
 * Uses a link up: of two who use it at the same moment one gets it.
 * @throws AppError not_found where it opens nothing, without saying why
 */
export async function spendLink(
  { tx, clock }: InTransaction,
  token: string,
  purpose: LinkPurpose,
): Promise<AdminLink> {
  const [link] = await tx
    .delete(adminLinks)
    .where(opened(clock, token, purpose))
    .returning();
  if (!link) throw deadLink();
  return link;
}

/**
 * Whether a link opens something now, without using it up.
 * @throws AppError not_found where it does not
 */
export async function findLink(
  { clock }: ServiceContext,
  db: Executor,
  token: string,
  purpose: LinkPurpose,
): Promise<void> {
  const [link] = await db
    .select({ adminId: adminLinks.adminId })
    .from(adminLinks)
    .where(opened(clock, token, purpose));
  if (!link) throw deadLink();
}

function opened(clock: Clock, token: string, purpose: LinkPurpose): SQL | undefined {
  return and(
    eq(adminLinks.tokenDigest, tokenDigest(token)),
    eq(adminLinks.purpose, purpose),
    gt(adminLinks.expiresAt, clock.now()),
  );
}

/** One answer for a link that is used, expired, replaced or made up: which of them it is helps nobody but a guesser. */
export function deadLink(): AppError {
  return new AppError(
    "not_found",
    "This link does not work: it was used, has expired, or is not the newest one. Ask for a new one.",
  );
}
