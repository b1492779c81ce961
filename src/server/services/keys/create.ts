import type { RevealedKey } from "@/contracts/keys";
import { type CreateKeyInput, createKeySchema } from "@/contracts/schemas/keys";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import type { ApprovalGround } from "./internal/approval";
import { makeKey } from "./internal/make";

/**
 * Makes a key and reveals its secret, once: after this only the digest exists. For everybody but keys (create-managed.ts).
 * @param ground why it may do what takes a second person; without one a key that takes one is refused
 * @throws AppError validation_failed (a permission that nobody has defined, expiry in the past, customers of another environment, a deactivated owner, outside of the policy, without the approval that it takes)
 */
export async function createKey(
  ctx: ServiceContext,
  given: CreateKeyInput,
  ground: ApprovalGround = null,
): Promise<RevealedKey> {
  authorize(ctx, "keys:manage");
  if (ctx.principal.kind === "key") throw notFound();
  const input = parse(createKeySchema, given);
  authorize(ctx, "keys:manage", input.environment);
  if (input.environment === "production") requireFreshFactor(ctx);
  const owner = input.owner === undefined ? makerOf(ctx) : input.owner;
  return withTransaction(ctx, (ctx) => makeKey(ctx, { ...input, owner }, null, ground));
}

/** Whoever makes a key answers for it unless somebody else is named. The command line is nobody who could. */
function makerOf({ principal }: ServiceContext): string | null {
  return principal.kind === "admin" ? principal.email : null;
}
