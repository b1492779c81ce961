import { isDeepStrictEqual } from "node:util";
import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import {
  changeRequestLogSchema,
  changeRetentionSchema,
  changeSessionLifetimesSchema,
  changeSignInSettingsSchema,
  type RequestLogSettings,
  type Retention,
  SETTINGS,
  type SessionLifetimes,
  type SettingsName,
  type SettingsOf,
  type SignInSettings,
} from "@/contracts/schemas/settings";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { settings } from "@/server/database/schema";
import { type DatabaseSession, withDatabase, withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";

/**
 * What the log keeps of each call, as set or by default.
 * @throws ZodError for a stored row that is wrong
 */
export function readRequestLogSettings(scope: DatabaseSession): Promise<RequestLogSettings> {
  return readSettings(scope, "requestLog");
}

/** Sets what the log keeps of the calls to come. Every process follows within five seconds; what was kept before stays. */
export async function changeRequestLogSettings(
  ctx: ServiceContext,
  input: z.input<typeof changeRequestLogSchema>,
): Promise<RequestLogSettings> {
  return changeSettings(ctx, "requestLog", parse(changeRequestLogSchema, input));
}

/**
 * For how long telemetry and logs are kept, as set or by default.
 * @throws ZodError for a stored row that is wrong
 */
export function readRetention(scope: DatabaseSession): Promise<Retention> {
  return readSettings(scope, "retention");
}

/** Sets for how long telemetry and logs are kept. Drops nothing by itself: the next maintenance does. */
export async function changeRetention(
  ctx: ServiceContext,
  input: z.input<typeof changeRetentionSchema>,
): Promise<Retention> {
  return changeSettings(ctx, "retention", parse(changeRetentionSchema, input));
}

/**
 * For how long somebody stays signed in, as set or by default.
 * @throws ZodError for a stored row that is wrong
 */
export function readSessionLifetimes(scope: DatabaseSession): Promise<SessionLifetimes> {
  return readSettings(scope, "sessions");
}

/** Sets for how long somebody stays signed in. Shortened, it ends sessions with their next request. */
export async function changeSessionLifetimes(
  ctx: ServiceContext,
  input: z.input<typeof changeSessionLifetimesSchema>,
): Promise<SessionLifetimes> {
  return changeSettings(ctx, "sessions", parse(changeSessionLifetimesSchema, input));
}

/**
 * What everybody has to show to sign in, as set or by default.
 * @throws ZodError for a stored row that is wrong
 */
export function readSignInSettings(scope: DatabaseSession): Promise<SignInSettings> {
  return readSettings(scope, "signIn");
}

/**
 * Sets what everybody has to show to sign in. Holds for everybody's next request, so whoever asks for a second factor has
 * to have one: an owner who locked everybody else into setting one up would meet it first.
 * @throws AppError invalid_state for somebody who has none
 */
export async function changeSignInSettings(
  ctx: ServiceContext,
  input: z.input<typeof changeSignInSettingsSchema>,
): Promise<SignInSettings> {
  authorize(ctx, "settings:manage");
  const changes = parse(changeSignInSettingsSchema, input);
  if (changes.secondFactorRequired && ctx.principal.kind === "admin" && !ctx.principal.hasSecondFactor)
    throw new AppError("invalid_state", "Set up your own second factor first, in Profile.");
  return changeSettings(ctx, "signIn", changes);
}

/**
 * A group of settings, as set or by default.
 * @throws ZodError for a stored row that is wrong: what is to be kept must not be guessed, least of all as less
 */
async function readSettings<Name extends SettingsName>(
  scope: DatabaseSession,
  name: Name,
): Promise<SettingsOf<Name>> {
  authorize(scope, "settings:manage");
  const [row] = await withDatabase(scope, (db) =>
    db.select({ value: settings.value }).from(settings).where(eq(settings.name, name)),
  );
  return SETTINGS[name].schema.parse(row?.value ?? {}) as SettingsOf<Name>;
}

/**
 * The frame of every change to settings: permission, lock, change, audit, in one transaction. What the change does not
 * name stays as it is, whoever set it meanwhile.
 */
async function changeSettings<Name extends SettingsName>(
  ctx: ServiceContext,
  name: Name,
  changes: Partial<SettingsOf<Name>>,
): Promise<SettingsOf<Name>> {
  authorize(ctx, "settings:manage");
  requireFreshFactor(ctx);
  return withTransaction(ctx, async (ctx) => {
    // The row may not be there yet, so that it could not be locked itself. Who only reads goes on.
    await ctx.tx.execute(sql`lock table ${settings} in share row exclusive mode`);
    const before = await readSettings(ctx, name);
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const after: SettingsOf<Name> = { ...before, ...Object.fromEntries(given) };
    if (isDeepStrictEqual(before, after)) return before;
    await ctx.tx
      .insert(settings)
      .values({ name, value: after })
      .onConflictDoUpdate({ target: settings.name, set: { value: after } });
    const subject = { id: name, name: SETTINGS[name].label };
    await recordAudit(ctx, { action: "settings.update", subject, environment: null, before, after });
    return after;
  });
}
