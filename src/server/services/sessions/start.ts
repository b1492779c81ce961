import { DAY_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { cleaned } from "@/contracts/text";
import { newId } from "@/server/core/ids";
import { redactKeys } from "@/server/core/key-format";
import { newToken, sessionSecretCheck, tokenDigest } from "@/server/core/secrets";
import type { Transaction } from "@/server/database/connections";
import { sessions } from "@/server/database/schema";
import type { ServiceContext } from "../context";
import { readSessionLifetimes } from "../settings";
import { noteDevice } from "./internal/note-device";

/** Longer ones tell no more of a browser, and anybody could fill the table with them. */
const MAX_USER_AGENT = 200;

/**
 * Starts a session, in the transaction that has checked who it is for and holds the lock on their row: otherwise a
 * password could change between the check and this, and the session would outlive the change.
 * @param verifiedAt when they showed who they are, where a provider says that this was before: a fresh factor is counted from then
 * @returns the token for the cookie; only its digest is stored
 */
export async function startSession(
  ctx: ServiceContext & { tx: Transaction },
  adminId: Id<"adm">,
  verifiedAt: Date | null = null,
): Promise<{ id: Id<"ses">; token: string }> {
  const token = newToken();
  const now = ctx.clock.now();
  const id = newId("ses");
  const { sessionDays } = await readSessionLifetimes(ctx);
  await ctx.tx.insert(sessions).values({
    id,
    adminId,
    tokenDigest: tokenDigest(token),
    secretCheck: sessionSecretCheck(ctx.sessionSecret),
    createdAt: now,
    lastSeenAt: now,
    // A provider whose clock is ahead must not make it fresh for longer.
    verifiedAt: verifiedAt && verifiedAt < now ? verifiedAt : null,
    expiresAt: new Date(now.getTime() + sessionDays * DAY_MS),
    ip: ctx.ip,
    userAgent: ctx.userAgent === null ? null : cleaned(redactKeys(ctx.userAgent).slice(0, MAX_USER_AGENT)),
  });
  await noteDevice(ctx, adminId, id);
  return { id, token };
}
