import DataLoader from "dataloader";
import type postgres from "postgres";
import { hasCome } from "@/contracts/ends";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { KeySecret, RateLimits } from "@/contracts/keys";
import { keyDigest } from "@/server/core/secrets";
import type { Database } from "@/server/database/connections";
import { type DatabaseClock, databaseMs } from "@/server/database/database-clock";
import { withStatement } from "@/server/database/session";
import type { ServiceContext } from "@/server/services/context";
import { redigest } from "./redigest";

/** What the gateway needs to know of a key. */
export interface VerifiedKey {
  /** Which of its secrets the credential was. */
  secret: KeySecret;
  id: Id<"key">;
  name: string;
  environment: Environment;
  permissions: string[];
  rateLimits: RateLimits;
  /** Ranges in CIDR form; empty: any address. */
  ipAllowlist: string[];
  /** `null`: not scoped. */
  customers: Id<"cus">[] | null;
  revokedAt: Date | null;
  expiresAt: Date | null;
  createdAt: Date;
  lastUsedAt: Date | null;
  /** Postgres' time of this read, by which expiry is decided: the clock of the node that asks may be wrong. */
  readAt: Date;
}

interface KeyRow {
  /** Which digest of the batch it answers, from 1. */
  place: string;
  secret: KeySecret;
  id: Id<"key">;
  name: string;
  environment: Environment;
  permissions: string[];
  rate_limits: RateLimits;
  ip_allowlist: string[];
  customers: Id<"cus">[] | null;
  revoked_ms: number | null;
  expires_ms: number | null;
  created_ms: number;
  used_ms: number | null;
  /** End of the overlap in which the credential works; null for the current secret. */
  until_ms: number | null;
  database_ms: number;
}

/** A row, and when it was asked for, by `performance.now()`. */
interface Found {
  row: KeyRow;
  askedAt: number;
}

/** From the digest of a credential, hex. */
type LookUps = DataLoader<string, Found | null>;

const MAX_BATCH = 200;
const batches = new WeakMap<Database, LookUps>();

/** The look-ups of one pool, made at first use. */
function lookUpsOf(database: Database): LookUps {
  let questions = batches.get(database);
  if (!questions) {
    questions = new DataLoader((asked) => lookUp(database, asked), {
      // Nothing is remembered: a remembered key would outlive its revoke.
      cache: false,
      maxBatchSize: MAX_BATCH,
      // After the sockets that are ready have been read: the calls that came in together.
      batchScheduleFn: (dispatch) => setImmediate(dispatch),
    });
    batches.set(database, questions);
  }
  return questions;
}

/**
 * Looks a well-formed key up, on every call: nothing is cached, so a revoke, on whichever node, holds for the next call
 * everywhere. Calls that arrive together share one query, which starts after all of them: what it reads is never older
 * than any of the calls.
 * @param database for whoever is no call: the pool to ask instead of the one that calls alone may use
 * @returns null when neither a present secret nor one within its overlap matches
 * @throws AppError unavailable when Postgres is away
 */
export async function findKey(
  ctx: Pick<ServiceContext, "databases" | "keyMaterial">,
  key: string,
  database = ctx.databases.lookUps,
): Promise<VerifiedKey | null> {
  const found = await findRow(ctx, key, lookUpsOf(database));
  if (!found) return null;
  const verified = verifiedKeyOf(found, ctx.databases.clock);
  const until = instantOf(found.row.until_ms);
  return hasCome(until, verified.readAt) ? null : verified;
}

/** By the present pepper, and while it is being changed by the one before it. */
async function findRow(
  { databases, keyMaterial }: Pick<ServiceContext, "databases" | "keyMaterial">,
  key: string,
  lookUps: LookUps,
): Promise<Found | null> {
  const { pepper, previousPepper } = keyMaterial;
  const digest = keyDigest(key, pepper).toString("hex");
  const found = await lookUps.load(digest);
  if (found || previousPepper === undefined) return found;
  const from = keyDigest(key, previousPepper).toString("hex");
  const foundBefore = await lookUps.load(from);
  if (foundBefore) redigest(databases, foundBefore.row.secret, { from, to: digest, pepper });
  return foundBefore;
}

/** Answers a batch in the order it was asked. The pool is one of the owner's login: keyward_api cannot see keys. */
async function lookUp(database: Database, digests: readonly string[]): Promise<(Found | null)[]> {
  const askedAt = performance.now();
  const rows = await withStatement(
    database,
    (sql) => sql<KeyRow[]>`
      select asked.place, key.secret, (extract(epoch from key.until) * 1000)::float8 as until_ms, ${keyColumns(sql)}
      from unnest(${[...digests]}::text[]) with ordinality as asked (digest, place)
      cross join lateral (
        select *, 'current' as secret, null::timestamptz as until
          from api_keys where digest = decode(asked.digest, 'hex')
        union all
        select *, 'previous' as secret, overlap_until as until
          from api_keys where previous_digest = decode(asked.digest, 'hex')
      ) as key`,
  );
  const found = new Map(rows.map((row) => [Number(row.place), { row, askedAt }]));
  return digests.map((_, index) => found.get(index + 1) ?? null);
}

/** What a plane key is made of, of the row `key`. */
function keyColumns(sql: postgres.ISql) {
  return sql`key.id, key.name, key.environment, key.permissions, key.rate_limits,
        key.ip_allowlist::text[] as ip_allowlist,
        (extract(epoch from key.revoked_at) * 1000)::float8 as revoked_ms,
        (extract(epoch from key.expires_at) * 1000)::float8 as expires_ms,
        (extract(epoch from key.created_at) * 1000)::float8 as created_ms,
        (extract(epoch from key.last_used_at) * 1000)::float8 as used_ms,
        ${databaseMs(sql)} as database_ms,
        case when key.customer_scoped then
          array(select customer_id from api_key_customers where key_id = key.id) end as customers`;
}

/**
 * The key of an id as the gateway would read it now, for explaining what it would do.
 * @returns null for one that is not there, or deleted: its secret opens nothing any more
 */
export async function findKeyById(
  { databases }: Pick<ServiceContext, "databases">,
  id: Id<"key">,
): Promise<VerifiedKey | null> {
  const askedAt = performance.now();
  const [row] = await withStatement(
    databases.owner,
    (sql) => sql<KeyRow[]>`
      select '1' as place, 'current' as secret, null::float8 as until_ms, ${keyColumns(sql)}
      from api_keys as key where key.id = ${id} and key.digest is not null`,
  );
  return row ? verifiedKeyOf({ row, askedAt }, databases.clock) : null;
}

function verifiedKeyOf({ row, askedAt }: Found, clock: DatabaseClock): VerifiedKey {
  const {
    rate_limits,
    ip_allowlist,
    revoked_ms,
    expires_ms,
    created_ms,
    used_ms,
    database_ms,
    until_ms: _until,
    place: _place,
    ...rest
  } = row;
  return {
    ...rest,
    rateLimits: rate_limits,
    ipAllowlist: ip_allowlist,
    revokedAt: instantOf(revoked_ms),
    expiresAt: instantOf(expires_ms),
    createdAt: new Date(created_ms),
    lastUsedAt: instantOf(used_ms),
    readAt: clock.readAt(database_ms, askedAt),
  };
}

function instantOf(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
