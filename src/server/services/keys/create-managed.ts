import type { RevealedKey } from "@/contracts/keys";
import { type CreateManagedKeyInput, createManagedKeySchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { AppError, notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { withTransaction } from "@/server/database/session";
import { type CallingKey, lockCallingKey, requireCallingKey } from "../calling-key";
import type { ServiceContext } from "../context";
import { makeKey } from "./internal/make";
import { LEAST_MANAGEMENT } from "./internal/management";

/**
 * Makes a key as another key asks for it, which may do at most what that one may. What the call leaves out is as the calling key has
 * it, so that a short call makes no key that may do more than was thought of.
 * @throws AppError permission_denied, customer_out_of_scope, validation_failed, and what requireCallingKey throws
 */
export async function createManagedKey(
  ctx: ServiceContext,
  given: CreateManagedKeyInput,
): Promise<RevealedKey> {
  authorize(ctx, "keys:manage");
  const input = parse(createManagedKeySchema, given);
  return withTransaction(ctx, async (ctx) => {
    await lockCallingKey(ctx);
    const caller = await requireCallingKey(ctx, ctx.tx, "keys:manage");
    if (!caller) throw notFound();
    requireSomeCustomer(caller);
    return makeKey(ctx, { ...ofCaller(caller), ...input, ...NOT_OFFERED }, caller, null);
  });
}

/** Who answers for a key, and what it may do with other keys, administrators say alone. */
const NOT_OFFERED = { owner: null, ...LEAST_MANAGEMENT } as const;

function ofCaller({ principal, rateLimits, customers, ipAllowlist, allowedOrigins, expiresAt }: CallingKey) {
  return {
    environment: principal.environment,
    description: "",
    tags: [],
    rateLimits,
    customers: customers && [...customers],
    ipAllowlist: [...ipAllowlist],
    allowedOrigins: [...allowedOrigins],
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}

/** A key whose customers are all gone reaches nothing, and has nothing to give. */
function requireSomeCustomer({ customers }: CallingKey): void {
  if (customers?.length !== 0) return;
  throw new AppError(
    "customer_out_of_scope",
    "The customers that this API key is restricted to are all gone.",
  );
}
