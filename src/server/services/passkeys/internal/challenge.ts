import { randomBytes } from "node:crypto";
import { and, eq, gt } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { CHALLENGE_LIFE_MS } from "@/contracts/passkeys";
import { AppError } from "@/server/core/errors";
import type { Principal } from "@/server/core/principal";
import { tokenDigest } from "@/server/core/secrets";
import { passkeyChallenges } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../../context";

type Purpose = (typeof passkeyChallenges.$inferSelect)["purpose"];

/**
 * Whom a challenge was given to: a session, or a visitor, by the token in their cookie. Its answer counts from there alone.
 * Somebody who lures a person into answering a challenge of theirs could else sign in with it, and somebody who brings an
 * answer of their own into another's browser would sign that browser in as themselves.
 */
export type ChallengeHolder = { sessionId: Id<"ses"> } | { token: string };

const holderText = (holder: ChallengeHolder) =>
  "token" in holder ? tokenDigest(holder.token) : holder.sessionId;

/**
 * The session whose challenge it is.
 * @throws AppError key_missing for whoever acts without one: there is no browser that could answer
 */
export function holderOf(principal: Principal): { sessionId: Id<"ses"> } {
  if (principal.kind !== "admin" || !principal.sessionId)
    throw new AppError("key_missing", "Sign in to continue.");
  return { sessionId: principal.sessionId };
}

/** Makes a challenge: 32 random bytes (Web Authentication Level 3, section 13.4.3: at least 16). */
export async function makeChallenge(
  ctx: ServiceContext,
  holder: ChallengeHolder,
  purpose: Purpose,
): Promise<Uint8Array<ArrayBuffer>> {
  const challenge = randomBytes(32);
  const columns = {
    challenge: challenge.toString("base64url"),
    expiresAt: new Date(ctx.clock.now().getTime() + CHALLENGE_LIFE_MS),
  };
  await withTransaction(ctx, ({ tx }) =>
    tx
      .insert(passkeyChallenges)
      .values({ holder: holderText(holder), purpose, ...columns })
      .onConflictDoUpdate({
        target: [passkeyChallenges.holder, passkeyChallenges.purpose],
        set: columns,
      }),
  );
  return Uint8Array.from(challenge);
}

/**
 * Uses a challenge up, in a transaction of its own: of two answers at the same moment one gets it, and an answer that is
 * refused afterwards has used it up as well, so that nobody can try many with one.
 * @returns null where there is none, or its time is over
 */
export async function spendChallenge(
  ctx: ServiceContext,
  holder: ChallengeHolder,
  purpose: Purpose,
): Promise<string | null> {
  const now = ctx.clock.now();
  return withTransaction(ctx, async ({ tx }) => {
    const [spent] = await tx
      .delete(passkeyChallenges)
      .where(
        and(
          eq(passkeyChallenges.holder, holderText(holder)),
          eq(passkeyChallenges.purpose, purpose),
          gt(passkeyChallenges.expiresAt, now),
        ),
      )
      .returning({ challenge: passkeyChallenges.challenge });
    return spent?.challenge ?? null;
  });
}
