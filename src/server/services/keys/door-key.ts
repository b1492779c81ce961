import DataLoader from "dataloader";
import type postgres from "postgres";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { KeySecret, RateLimits } from "@/contracts/keys";
import { keyDigest } from "@/server/core/secrets";
import type { Database } from "@/server/db/connections";
import { withStatement } from "@/server/db/scope";
import type { ServiceContext } from "../context";

/** What the door needs to know of a key. */
export interface DoorKey {
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
}

interface DoorKeyRow {
  /** Which question of the batch it answers, from 1. */
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
}

/** A look-up that waits for its batch. */
interface Question {
  /** Digest of the credential, hex. */
  digest: string;
  /** Instant of the call, epoch milliseconds; decides whether an overlap still holds. */
  nowMs: number;
}

type Questions = DataLoader<Question, DoorKey | null>;

const MAX_BATCH = 200;
const batches = new WeakMap<Database, Questions>();

/** The look-ups of one pool, made at first use. */
function questionsTo(database: Database): Questions {
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
export function findDoorKey(
  ctx: Pick<ServiceContext, "databases" | "clock" | "keyMaterial">,
  key: string,
  database = ctx.databases.lookUps,
): Promise<DoorKey | null> {
  const digest = keyDigest(key, ctx.keyMaterial.pepper).toString("hex");
  return questionsTo(database).load({ digest, nowMs: ctx.clock.now().getTime() });
}

/** Answers a batch in the order it was asked. The pool is one of the owner's login: keyward_api cannot see keys. */
async function lookUp(database: Database, asked: readonly Question[]): Promise<(DoorKey | null)[]> {
  const rows = await withStatement(
    database,
    (sql) => sql<DoorKeyRow[]>`
      select asked.place, key.secret, ${doorKeyColumns(sql)}
      from unnest(${asked.map(({ digest }) => digest)}::text[], ${asked.map(({ nowMs }) => nowMs)}::float8[])
        with ordinality as asked (digest, now_ms, place)
      cross join lateral (
        select *, 'current' as secret from api_keys where digest = decode(asked.digest, 'hex')
        union all
        select *, 'previous' as secret from api_keys
          where previous_digest = decode(asked.digest, 'hex') and previous_until > to_timestamp(asked.now_ms / 1000)
      ) as key`,
  );
  const found = new Map(rows.map((row) => [Number(row.place), doorKeyOf(row)]));
  return asked.map((_, index) => found.get(index + 1) ?? null);
}

/** What a door key is made of, of the row `key`. */
function doorKeyColumns(sql: postgres.ISql) {
  return sql`key.id, key.name, key.environment, key.permissions, key.rate_limits,
        key.ip_allowlist::text[] as ip_allowlist,
        (extract(epoch from key.revoked_at) * 1000)::float8 as revoked_ms,
        (extract(epoch from key.expires_at) * 1000)::float8 as expires_ms,
        (extract(epoch from key.created_at) * 1000)::float8 as created_ms,
        (extract(epoch from key.last_used_at) * 1000)::float8 as used_ms,
        case when key.customer_scoped then
          array(select customer_id from api_key_customers where key_id = key.id) end as customers`;
}

/**
 * The key of an id as the door would read it now, for explaining what it would do.
 * @returns null for one that is not there, or deleted: its secret opens nothing any more
 */
export async function findDoorKeyById(
  { databases }: Pick<ServiceContext, "databases">,
  id: Id<"key">,
): Promise<DoorKey | null> {
  const [row] = await withStatement(
    databases.owner,
    (sql) => sql<DoorKeyRow[]>`
      select '1' as place, 'current' as secret, ${doorKeyColumns(sql)} from api_keys as key where key.id = ${id} and key.digest is not null`,
  );
  return row ? doorKeyOf(row) : null;
}

function doorKeyOf(row: DoorKeyRow): DoorKey {
  const {
    rate_limits,
    ip_allowlist,
    revoked_ms,
    expires_ms,
    created_ms,
    used_ms,
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
  };
}

function instantOf(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
