import { createHash } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import { PROBLEMS } from "@/contracts/problems";
import type { Action } from "@/contracts/roles";
import { isAllowed } from "@/server/core/authorize";
import { AppError, isAppError } from "@/server/core/errors";
import type { KeyPrincipal } from "@/server/core/principal";
import type { Transaction } from "@/server/database/connections";
import { idempotencyRecords } from "@/server/database/schema";
import { withSavepoint, withTransaction } from "@/server/database/session";
import { readCallingKey } from "../calling-key";
import type { ServiceContext } from "../context";

/** An answer of the public API, reduced to what a repeat must give again. */
export interface StoredAnswer {
  status: number;
  /** Headers that belong to the answer itself, such as Location. */
  headers: Record<string, string>;
  /** JSON text, byte for byte. */
  body: string;
  /** What a repeat gets in place of the body, where that tells what is told once. The body is stored nowhere then. */
  repeatedBody?: string | undefined;
}

/** How long a first answer is given again. */
export const KEPT_MS = DAY_MS;

type KeyContext = ServiceContext & { principal: KeyPrincipal };

const sha256 = (text: string) => createHash("sha256").update(text).digest();

/**
 * Does a POST once per API key and Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07).
 * The change and the record of its answer commit together, so a crash in between leaves neither; an advisory lock,
 * which ends with the transaction, marks the request as running.
 *
 * A first answer is given again only to a key that would still get it: the record keeps the permissions that the work
 * exercised and the customers that the key was restricted to, and row-level security hides it from a key that was
 * restricted to fewer since. Otherwise a licence key of another customer could be had for a day after the key lost that
 * customer. Such a repeat gets the refusal that a new call gets, or idempotency_mismatch where the work would pass; nothing
 * is done a second time.
 * @param fingerprintOf what makes two requests the same: method, path and body
 * @param answer does the work on the transaction
 * @param refusal the answer to a refusal; it is kept like a success, except where the same call may pass later (429, and
 * from 500 on): a caller that repeats it as told must not get the same refusal for a day; and except where the input is wrong
 * (422), which the work alone may find: the caller corrects it, and its key names the occasion, which is the same
 * @throws AppError idempotency_in_flight, idempotency_mismatch
 */
export async function withIdempotency(
  ctx: KeyContext,
  request: { idempotencyKey: string; fingerprintOf: readonly string[] },
  answer: (ctx: ServiceContext) => Promise<StoredAnswer>,
  refusal: (error: AppError) => StoredAnswer,
): Promise<{ answer: StoredAnswer; replayed: boolean }> {
  // Only its digest is kept: whatever a caller puts there, his API key by a mix-up of headers, must not end up in a table.
  const idempotencyKey = sha256(request.idempotencyKey).toString("base64url");
  const fingerprint = sha256(JSON.stringify(request.fingerprintOf));
  const present = and(
    eq(idempotencyRecords.keyId, ctx.principal.id),
    eq(idempotencyRecords.idempotencyKey, idempotencyKey),
  );
  return withTransaction(ctx, async (ctx) => {
    await lock(ctx.tx, `${ctx.principal.id}:${idempotencyKey}`);
    const principal = await presentPrincipal(ctx);
    const [found] = await ctx.tx.select().from(idempotencyRecords).where(present);
    const record = found && isWithinScope(found.customers, principal.customers) ? found : undefined;
    const now = ctx.clock.now();
    const kept = record !== undefined && now.getTime() - record.createdAt.getTime() < KEPT_MS;
    if (kept && !record.fingerprint.equals(fingerprint)) {
      throw new AppError(
        "idempotency_mismatch",
        "This Idempotency-Key belongs to a request with another path or body.",
      );
    }
    if (kept && record.permissions.every((permission) => isAllowed(principal, permission))) {
      const { status, headers, body } = record;
      return { answer: { status, headers, body }, replayed: true };
    }
    const exercised = new Set<Action>();
    // A savepoint: a refusal that came from a constraint must not take the record of that refusal with it.
    const { first, refused } = await withSavepoint({ ...ctx, exercised }, async (ctx) => ({
      first: await answer(ctx),
      refused: false,
    })).catch((error: unknown) => {
      if (isAppError(error) && isFinal(error)) return { first: refusal(error), refused: true };
      throw error;
    });
    if (record && !kept) await ctx.tx.delete(idempotencyRecords).where(present);
    const stored = await ctx.tx
      .insert(idempotencyRecords)
      .values({
        keyId: principal.id,
        idempotencyKey,
        environment: principal.environment,
        fingerprint,
        permissions: [...exercised],
        customers: principal.customers && [...principal.customers],
        status: first.status,
        headers: first.headers,
        body: first.repeatedBody ?? first.body,
        createdAt: now,
      })
      // There is one already that this key is not given: it lacks a permission for it, or cannot see it.
      .onConflictDoNothing()
      .returning({ keyId: idempotencyRecords.keyId });
    // Thrown, so that the work is undone: it was done when the request was made first.
    if (stored.length === 0 && !refused) throw outgrown();
    return { answer: first, replayed: false };
  });
}

/** What is not kept. Of a 401 too the same call may pass later: the key was revoked while it was under way, and may be reactivated. */
const NOT_KEPT: readonly number[] = [
  PROBLEMS.too_many_jobs.status,
  PROBLEMS.key_revoked.status,
  PROBLEMS.validation_failed.status,
];

const isFinal = ({ status }: AppError) => status < 500 && !NOT_KEPT.includes(status);

/**
 * Who calls, for the decision whether a first answer is given again. On the owner's pool as the key is now: its call may have waited
 * for its body while the key was revoked.
 */
async function presentPrincipal(ctx: KeyContext & { tx: Transaction }): Promise<KeyPrincipal> {
  const caller = ctx.database === "owner" ? await readCallingKey(ctx, ctx.tx) : null;
  return caller?.principal ?? ctx.principal;
}

/** What row-level security says of records as well, which does not hold on the owner's pool. Null is every customer. */
function isWithinScope(made: readonly string[] | null, present: readonly string[] | null): boolean {
  return present === null || (made?.every((id) => present.includes(id)) ?? false);
}

/** @throws AppError idempotency_in_flight while another transaction holds it */
async function lock(tx: Transaction, name: string): Promise<void> {
  const [lock] = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as taken`,
  );
  if (lock?.taken) return;
  throw new AppError("idempotency_in_flight", "A request with this Idempotency-Key is still running.", {
    retryAfter: 1,
  });
}

function outgrown(): AppError {
  return new AppError(
    "idempotency_mismatch",
    "This request was first made when the API key could do more, and that answer is not given any more. It was not done again; to do it again, send another Idempotency-Key.",
  );
}
