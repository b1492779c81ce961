import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { z } from "zod";
import { DAY_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import { brokenRules, type KeysOutside, silenceRule } from "@/contracts/key-policies";
import { oneEnvironmentSchema } from "@/contracts/schemas/environments";
import { type KeyPolicyRules, tryKeyPolicySchema } from "@/contracts/schemas/key-policies";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { Executor } from "@/server/database/connections";
import { keyIs } from "@/server/database/ends";
import { apiKeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { loadKeyPolicies } from "./internal/load";

/** Counting stops here: a page must not read the keys of a large installation to their end. */
const COUNT_CAP = 1_000;
const NAMED = 20;
/** Keys that are read and checked together. */
const BATCH = 1_000;

/** The active keys that are outside of their environment's policy as it is, with the rules that each breaks. */
export async function listKeysOutside(
  ctx: ServiceContext,
  given: z.input<typeof oneEnvironmentSchema>,
): Promise<KeysOutside> {
  authorize(ctx, "keys:read");
  const { environment } = parse(oneEnvironmentSchema, given);
  authorize(ctx, "keys:read", environment);
  return withDatabase(ctx, async (db) =>
    findOutside(ctx, db, environment, (await loadKeyPolicies(db))[environment].rules),
  );
}

/** The same for rules that somebody thinks of setting: a dry run, which changes nothing. */
export async function tryKeyPolicy(
  ctx: ServiceContext,
  given: z.input<typeof tryKeyPolicySchema>,
): Promise<KeysOutside> {
  authorize(ctx, "settings:manage");
  const { environment, rules } = parse(tryKeyPolicySchema, given);
  return withDatabase(ctx, (db) => findOutside(ctx, db, environment, rules));
}

/** Checked here and not in SQL, so that there is one text of the rules, the one that refuses. */
async function findOutside(
  ctx: ServiceContext,
  db: Executor,
  environment: Environment,
  rules: KeyPolicyRules,
): Promise<KeysOutside> {
  const outside: KeysOutside = { count: 0, cap: COUNT_CAP, keys: [] };
  const now = ctx.clock.now();
  let after = "";
  while (outside.count < COUNT_CAP) {
    const keys = await loadBatch(ctx, db, environment, after);
    for (const key of keys) {
      const broken = [
        ...brokenRules(environment, rules, {
          ...key,
          expiresAt: key.expiresAt?.toISOString() ?? null,
          createdAt: key.createdAt.toISOString(),
        }).map(({ message }) => message),
        ...silenceBroken(environment, rules, key.silentSince, now),
      ];
      if (broken.length === 0 || outside.count === COUNT_CAP) continue;
      outside.count += 1;
      if (outside.keys.length < NAMED) outside.keys.push({ id: key.id, name: key.name, broken });
    }
    const last = keys.at(-1);
    if (!last || keys.length < BATCH) break;
    after = last.id;
  }
  return outside;
}

function loadBatch(ctx: ServiceContext, db: Executor, environment: Environment, after: string) {
  const now = ctx.clock.now();
  return db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      permissions: apiKeys.permissions,
      rateLimits: apiKeys.rateLimits,
      ipAllowlist: sql<string[]>`${apiKeys.ipAllowlist}::text[]`,
      expiresAt: apiKeys.expiresAt,
      createdAt: apiKeys.createdAt,
      silentSince: sql`greatest(created_at, last_used_at, revived_at)`.mapWith(apiKeys.createdAt),
    })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.environment, environment),
        withinReach(ctx, apiKeys.environment),
        isNull(apiKeys.deletedAt),
        keyIs("active", now),
        sql`${apiKeys.id} > ${after}`,
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit(BATCH);
}

function silenceBroken(
  environment: Environment,
  { silenceDays }: KeyPolicyRules,
  silentSince: Date,
  now: Date,
): string[] {
  if (silenceDays === null || now.getTime() - silentSince.getTime() < silenceDays * DAY_MS) return [];
  return [silenceRule(environment, silenceDays)];
}
