import { createHash } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { AppError, isAppError } from "@/server/core/errors";
import type { KeyPrincipal } from "@/server/core/principal";
import { idempotencyRecords } from "@/server/db/schema";
import { withSavepoint, withTransaction } from "@/server/db/scope";
import type { ServiceContext } from "../context";

/** An answer of the public API, reduced to what a repeat must give again. */
export interface StoredAnswer {
  status: number;
  /** Headers that belong to the answer itself, such as Location. */
  headers: Record<string, string>;
  /** JSON text, byte for byte. */
  body: string;
}

/** How long a first answer is given again. */
export const KEPT_MS = 24 * 60 * 60 * 1_000;

const sha256 = (text: string) => createHash("sha256").update(text).digest();

/**
 * Does a POST once per API key and Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07).
 * The change and the record of its answer commit together, so a crash in between leaves neither; an advisory lock,
 * which ends with the transaction, marks the request as running.
 * @param fingerprintOf what makes two requests the same: method, path and body
 * @param answer does the work on the transaction
 * @param refusal the answer to a refusal; below 500 it is kept like a success, above it nothing is, so a retry may succeed
 * @throws AppError idempotency_in_flight, idempotency_mismatch
 */
export async function runOnce(
  ctx: ServiceContext & { principal: KeyPrincipal },
  request: { idempotencyKey: string; fingerprintOf: readonly string[] },
  answer: (ctx: ServiceContext) => Promise<StoredAnswer>,
  refusal: (error: AppError) => StoredAnswer,
): Promise<{ answer: StoredAnswer; replayed: boolean }> {
  const keyId = ctx.principal.id;
  // Only its digest is kept: whatever a caller puts there, his API key by a mix-up of headers, must not end up in a table.
  const idempotencyKey = sha256(request.idempotencyKey).toString("base64url");
  const fingerprint = sha256(JSON.stringify(request.fingerprintOf));
  const present = and(
    eq(idempotencyRecords.keyId, keyId),
    eq(idempotencyRecords.idempotencyKey, idempotencyKey),
  );
  return withTransaction(ctx, async (ctx) => {
    const [lock] = await ctx.tx.execute<{ taken: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended(${`${keyId}:${idempotencyKey}`}, 0)) as taken`,
    );
    if (!lock?.taken) {
      throw new AppError("idempotency_in_flight", "A request with this Idempotency-Key is still running.", {
        retryAfter: 1,
      });
    }
    const [record] = await ctx.tx.select().from(idempotencyRecords).where(present);
    const now = ctx.clock.now();
    if (record && now.getTime() - record.createdAt.getTime() < KEPT_MS) {
      if (!record.fingerprint.equals(fingerprint)) {
        throw new AppError(
          "idempotency_mismatch",
          "This Idempotency-Key belongs to a request with another path or body.",
        );
      }
      return {
        answer: { status: record.status, headers: record.headers, body: record.body },
        replayed: true,
      };
    }
    // A savepoint: a refusal that came from a constraint must not take the record of that refusal with it.
    const first = await withSavepoint(ctx, answer).catch((error: unknown) => {
      if (isAppError(error) && error.status < 500) return refusal(error);
      throw error;
    });
    if (record) await ctx.tx.delete(idempotencyRecords).where(present);
    await ctx.tx.insert(idempotencyRecords).values({
      keyId,
      idempotencyKey,
      environment: ctx.principal.environment,
      fingerprint,
      ...first,
      createdAt: now,
    });
    return { answer: first, replayed: false };
  });
}
