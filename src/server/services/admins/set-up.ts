import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { AdminView } from "@/contracts/admins";
import { createAdminSchema, setUpSchema } from "@/contracts/schemas/admins";
import { notFound } from "@/server/core/errors";
import { newToken, sameSecret, tokenDigest } from "@/server/core/secrets";
import { parse } from "@/server/core/validation";
import type { Executor, Transaction } from "@/server/database/connections";
import { admins, settings } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { createAdmin } from "./create";

const TOKEN_SETTING = "set_up_token_digest";

/**
 * Databases known to have an administrator. The last one cannot be removed, so this stays true; and whether the set-up is
 * done may be asked by anybody, a thousand times a second, which must not take connections from those who work.
 */
const settled = new WeakSet<ServiceContext["databases"]>();

async function hasAdmins({ databases }: Pick<ServiceContext, "databases">, db: Executor): Promise<boolean> {
  if (settled.has(databases)) return true;
  const [row] = await db.select({ id: admins.id }).from(admins).limit(1);
  if (row) settled.add(databases);
  return row !== undefined;
}

/** Two set-up links opened at once must not make two first owners. */
async function lockSetUp(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('set-up', 0))`);
}

/** Whether the first owner is still to be made. */
export async function needsSetUp(ctx: ServiceContext): Promise<boolean> {
  if (settled.has(ctx.databases)) return false;
  return withDatabase(ctx, async (db) => !(await hasAdmins(ctx, db)));
}

/**
 * A new one-time token for the set-up page; a link printed earlier stops working. Only its digest is stored.
 * @returns null when there is an administrator already
 */
export function issueSetUpToken(ctx: ServiceContext): Promise<string | null> {
  return withTransaction(ctx, async ({ tx }) => {
    await lockSetUp(tx);
    if (await hasAdmins(ctx, tx)) return null;
    const token = newToken();
    const value = tokenDigest(token);
    await tx
      .insert(settings)
      .values({ name: TOKEN_SETTING, value })
      .onConflictDoUpdate({ target: settings.name, set: { value } });
    return token;
  });
}

/**
 * Makes the first owner with the token that only the operator's terminal has shown: without it, whoever finds a fresh
 * installation first would own it.
 * @throws AppError not_found when the token is wrong or the set-up is done, without saying which
 */
export async function completeSetUp(
  ctx: ServiceContext,
  input: z.input<typeof setUpSchema>,
): Promise<AdminView> {
  if (settled.has(ctx.databases)) throw notFound();
  const { token, email, password } = parse(setUpSchema, input);
  const asSetUp: ServiceContext = { ...ctx, principal: { kind: "system", name: "set-up" } };
  return withTransaction(asSetUp, async (ctx) => {
    await lockSetUp(ctx.tx);
    const [stored] = await ctx.tx.select().from(settings).where(eq(settings.name, TOKEN_SETTING));
    if (!stored || (await hasAdmins(ctx, ctx.tx)) || !sameSecret(String(stored.value), tokenDigest(token))) {
      throw notFound();
    }
    await ctx.tx.delete(settings).where(eq(settings.name, TOKEN_SETTING));
    return createAdmin(ctx, { email, password, role: "owner" });
  });
}

/**
 * Makes the first owner from the settings, where there is no administrator yet. Later starts change nothing: a password
 * changed since must not fall back to the one in the environment.
 * @returns whether one was made
 */
export function ensureFirstOwner(
  ctx: ServiceContext,
  owner: { email: string; password: string },
): Promise<boolean> {
  return withTransaction(ctx, async (ctx) => {
    await lockSetUp(ctx.tx);
    if (await hasAdmins(ctx, ctx.tx)) return false;
    // Not before: settings that this no longer needs must not keep an installation from starting.
    await createAdmin(ctx, parse(createAdminSchema, { ...owner, role: "owner" }));
    return true;
  });
}
