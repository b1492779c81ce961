import { and, asc, eq, gte, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import { FINDING_BOUNDS } from "@/contracts/findings";
import type { Id } from "@/contracts/ids";
import { brokenRules } from "@/contracts/key-policies";
import type { RateLimits } from "@/contracts/schemas/keys";
import { REFUSED_BEFORE_LIMIT } from "@/contracts/usage";
import { hoursBefore } from "@/server/core/clock";
import type { Executor } from "@/server/database/connections";
import { keyIs } from "@/server/database/ends";
import { admins, apiKeys, findings, keyExposures, keyNetworks } from "@/server/database/schema";
import { type KeyPolicy, loadKeyPolicies, type Silence, silenceOf } from "../../key-policies";
import { loadPermissionUses, type PermissionUse } from "../../usage";

const DAY_HOURS = 24;

/** What is known of an active key, as far as findings rest on it. */
export interface KeyFacts {
  id: Id<"key">;
  environment: Environment;
  permissions: readonly string[];
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  lastUsedRoute: string | null;
  resumedAt: Date | null;
  dormantSince: Date | null;
  /** Calls of the last 30 days that passed the checks. */
  uses: readonly PermissionUse[];
  /** The permissions before each change of them in the last 30 days. */
  permissionsBefore: readonly (readonly string[])[];
  /** Calls of the last 7 days that came as far as the limit, and those it refused. */
  limited: { calls: number; refused: number };
  /** Calls of the last 7 days to other environments; null: none. */
  elsewhere: { calls: number; environments: Environment[]; lastHour: Date } | null;
  /** Those that are news: first seen in the last days. */
  networks: readonly { network: string; firstSeenAt: Date; usedBeforeAt: Date | null; calls: number }[];
  exposures: readonly { firstSeenAt: Date; lastSeenAt: Date; lastRequestId: Id<"req">; calls: number }[];
  /** The last time its secret was replaced. */
  regeneratedAt: Date | null;
  /** The address of its owner, where that was a person of the team who was removed or is deactivated. */
  ownerLeft: string | null;
  /** The rules of its environment's policy that it breaks, as sentences. */
  broken: readonly string[];
  /** Its silence, where the policy revokes for that. */
  silence: Silence | null;
}

/** Keys that work now. */
export function activeKey(now: Date): SQL | undefined {
  return and(isNull(apiKeys.deletedAt), keyIs("active", now));
}

/** Whose facts to read: those of keys that are named, or of some in the order of their ids. */
type Whose = { ids: Id<"key">[] } | { after: string; limit: number };

/** The facts of active keys, in a fixed number of queries however many keys they are. */
export async function loadFacts(db: Executor, whose: Whose, now: Date): Promise<KeyFacts[]> {
  const keys = await db
    .select({
      id: apiKeys.id,
      environment: apiKeys.environment,
      permissions: apiKeys.permissions,
      createdAt: apiKeys.createdAt,
      expiresAt: apiKeys.expiresAt,
      lastUsedAt: apiKeys.lastUsedAt,
      lastUsedRoute: apiKeys.lastUsedRoute,
      resumedAt: apiKeys.resumedAt,
      dormantSince: apiKeys.dormantSince,
      revivedAt: apiKeys.revivedAt,
      rateLimits: apiKeys.rateLimits,
      ipAllowlist: sql<string[]>`${apiKeys.ipAllowlist}::text[]`,
      ownerLeft: sql<string | null>`case when ${apiKeys.ownerId} is not null
        and (${admins.id} is null or ${admins.deactivatedAt} is not null) then coalesce(${admins.email}, owner_email) end`,
    })
    .from(apiKeys)
    .leftJoin(admins, eq(admins.id, apiKeys.ownerId))
    .where(
      and(
        activeKey(now),
        "ids" in whose ? inArray(apiKeys.id, whose.ids) : sql`${apiKeys.id} > ${whose.after}`,
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit("ids" in whose ? whose.ids.length : whose.limit);
  const ids = keys.map(({ id }) => id);
  if (ids.length === 0) return [];
  const uses = await loadPermissionUses(
    db,
    ids,
    hoursBefore(now, FINDING_BOUNDS.unexercisedDays * DAY_HOURS),
  );
  const outcomes = byKey(await loadOutcomes(db, ids, now));
  const changes = byKey(await loadChanges(db, ids, now));
  const networks = byKey(await loadNewNetworks(db, ids, now));
  const exposures = byKey(await db.select().from(keyExposures).where(inArray(keyExposures.keyId, ids)));
  const policies = await loadKeyPolicies(db);
  const warnings = byKey(await loadWarnings(db, ids));
  return keys.map((key) => ({
    uses: uses.get(key.id) ?? [],
    networks: networks.get(key.id) ?? [],
    exposures: exposures.get(key.id) ?? [],
    ...key,
    ...policyFacts(policies[key.environment], key, warnings.get(key.id)?.[0], now),
    ...outcomeFacts(outcomes.get(key.id)?.[0]),
    ...changeFacts(changes.get(key.id)?.[0]),
  }));
}

interface Outcomes extends Record<string, unknown> {
  keyId: Id<"key">;
  calls: number;
  refused: number;
  elsewhere: number;
  environments: Environment[] | null;
  lastHour: number | null;
}

/** How the calls of the last 7 days ended. Both bounds are of 7 days, so that one pass serves them. */
function loadOutcomes(db: Executor, ids: readonly Id<"key">[], now: Date) {
  const days: typeof FINDING_BOUNDS.wrongEnvironmentDays = FINDING_BOUNDS.limitDays;
  const since = hoursBefore(now, days * DAY_HOURS);
  const beforeLimit = sql.raw(REFUSED_BEFORE_LIMIT.map((code) => `'${code}'`).join(", "));
  const isElsewhere = sql`code = 'environment_mismatch'`;
  return db.execute<Outcomes>(sql`
    select key_id as "keyId",
      coalesce(sum(calls) filter (where code not in (${beforeLimit})), 0)::float8 as calls,
      coalesce(sum(calls) filter (where code = 'rate_limited'), 0)::float8 as refused,
      coalesce(sum(calls) filter (where ${isElsewhere}), 0)::float8 as elsewhere,
      array_agg(distinct environment order by environment) filter (where ${isElsewhere}) as environments,
      (extract(epoch from max(hour) filter (where ${isElsewhere})) * 1000)::float8 as "lastHour"
    from usage_hourly where key_id in ${ids} and hour >= ${since}::timestamptz group by 1`);
}

function outcomeFacts(row: Outcomes | undefined): Pick<KeyFacts, "limited" | "elsewhere"> {
  return {
    limited: { calls: row?.calls ?? 0, refused: row?.refused ?? 0 },
    elsewhere:
      typeof row?.lastHour === "number"
        ? {
            calls: row.elsewhere,
            environments: row.environments ?? [],
            lastHour: new Date(row.lastHour),
          }
        : null,
  };
}

/** Not all of them: a key that apps carry about is called from very many. */
function loadNewNetworks(db: Executor, ids: readonly Id<"key">[], now: Date) {
  const since = new Date(now.getTime() - FINDING_BOUNDS.newsDays * DAY_MS);
  return db
    .select()
    .from(keyNetworks)
    .where(and(inArray(keyNetworks.keyId, [...ids]), gte(keyNetworks.firstSeenAt, since)));
}

interface Changes extends Record<string, unknown> {
  keyId: Id<"key">;
  before: string[][] | null;
  regeneratedAt: number | null;
}

/** What the audit tells: permissions as they were, and when the secret was last replaced. */
function loadChanges(db: Executor, ids: readonly Id<"key">[], now: Date) {
  const since = new Date(now.getTime() - FINDING_BOUNDS.unexercisedDays * DAY_MS).toISOString();
  return db.execute<Changes>(sql`
    select subject_id as "keyId",
      jsonb_agg(before -> 'permissions')
        filter (where action = 'key.update' and at > ${since}::timestamptz and jsonb_typeof(before -> 'permissions') = 'array') as before,
      (extract(epoch from max(at) filter (where action = 'key.regenerate')) * 1000)::float8 as "regeneratedAt"
    from audit_events
    where subject_id in ${ids} and action in ('key.update', 'key.regenerate') group by 1`);
}

function changeFacts(row: Changes | undefined): Pick<KeyFacts, "permissionsBefore" | "regeneratedAt"> {
  return {
    permissionsBefore: row?.before ?? [],
    regeneratedAt: typeof row?.regeneratedAt === "number" ? new Date(row.regeneratedAt) : null,
  };
}

/** Since when each key's page has said that it will be revoked for its silence. */
function loadWarnings(db: Executor, ids: readonly Id<"key">[]) {
  return db
    .select({ keyId: findings.keyId, firstSeenAt: findings.firstSeenAt, evidence: findings.evidence })
    .from(findings)
    .where(and(eq(findings.kind, "silent"), inArray(findings.keyId, [...ids])));
}

type Warning = Awaited<ReturnType<typeof loadWarnings>>[number];
type Policed = Pick<KeyFacts, "environment" | "permissions" | "createdAt" | "expiresAt" | "lastUsedAt"> & {
  revivedAt: Date | null;
  rateLimits: RateLimits;
  ipAllowlist: readonly string[];
};

function policyFacts(
  policy: KeyPolicy,
  key: Policed,
  warning: Warning | undefined,
  now: Date,
): Pick<KeyFacts, "broken" | "silence"> {
  const broken = brokenRules(key.environment, policy.rules, {
    ...key,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
  });
  const silence = silenceOf(policy, { warnedAt: null, ...key }, now);
  // A notice counts for the silence that it was given for.
  const isOfThis =
    warning?.evidence.kind === "silent" && Date.parse(warning.evidence.since) === silence?.since.getTime();
  return {
    broken: broken.map(({ message }) => message),
    silence: isOfThis ? silenceOf(policy, { warnedAt: warning.firstSeenAt, ...key }, now) : silence,
  };
}

function byKey<Row extends { keyId: Id<"key"> }>(rows: readonly Row[]): Map<Id<"key">, Row[]> {
  const groups = new Map<Id<"key">, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.keyId);
    if (group) group.push(row);
    else groups.set(row.keyId, [row]);
  }
  return groups;
}
