import { maskApiKey } from "@/contracts/key-shape";
import type { RevealedKey } from "@/contracts/keys";
import { type CreateKeyInput, createKeySchema } from "@/contracts/schemas/keys";
import { cleanText } from "@/contracts/text";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { newId } from "@/server/core/ids";
import { generateKey } from "@/server/core/key-format";
import { principalName } from "@/server/core/principal";
import { keyDigest, pepperCheck } from "@/server/core/secrets";
import { parse } from "@/server/core/validation";
import { apiKeys } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { requireDefined } from "../permissions";
import { publishWebhooks } from "../webhooks";
import { type ApprovalGround, auditedApproval, requireAllowed } from "./internal/approval";
import { loadKey } from "./internal/load";
import { ownerColumns } from "./internal/owner";
import { canonicalRanges, futureExpiry, replaceScope } from "./internal/scope";
import { keyEvent } from "./internal/told";
import { auditedKey } from "./internal/view";

/**
 * Makes a key and reveals its secret, once: after this only the digest exists.
 * @param ground why it may do what takes a second person; without one a key that takes one is refused
 * @throws AppError validation_failed (a permission that nobody has defined, expiry in the past, customers of another environment, a deactivated owner, outside of the policy, without the approval that it takes)
 */
export async function createKey(
  ctx: ServiceContext,
  given: CreateKeyInput,
  ground: ApprovalGround = null,
): Promise<RevealedKey> {
  authorize(ctx, "keys:manage");
  const input = parse(createKeySchema, given);
  authorize(ctx, "keys:manage", input.environment);
  if (input.environment === "production") requireFreshFactor(ctx);
  const expiresAt = futureExpiry(input.expiresAt, ctx.clock);
  const ipAllowlist = canonicalRanges(input.ipAllowlist);
  const secret = generateKey(ctx.keyMaterial.prefix, input.environment);
  const id = newId("key");
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    await requireDefined(ctx, input.permissions);
    await ctx.tx.insert(apiKeys).values({
      id,
      name: cleanText(input.name),
      description: cleanText(input.description),
      environment: input.environment,
      digest: keyDigest(secret, ctx.keyMaterial.pepper),
      pepperCheck: pepperCheck(ctx.keyMaterial.pepper),
      maskedKey: maskApiKey(secret),
      permissions: input.permissions,
      rateLimits: input.rateLimits,
      ipAllowlist,
      allowedOrigins: input.allowedOrigins,
      customerScoped: input.customers !== null,
      expiresAt,
      ...(await ownerColumns(ctx.tx, input.owner === undefined ? makerOf(ctx) : input.owner)),
      tags: input.tags.map(cleanText),
      createdBy: principalName(ctx.principal),
      createdAt: now,
      updatedAt: now,
    });
    await replaceScope(ctx.tx, { id, environment: input.environment }, input.customers);
    const key = await loadKey(ctx, ctx.tx, id);
    await requireAllowed(ctx, null, key, ground);
    await publishWebhooks(ctx, [keyEvent("key.created", key)]);
    await recordAudit(ctx, {
      action: "key.create",
      subject: key,
      environment: key.environment,
      after: { ...auditedKey(key), ...auditedApproval(ground) },
    });
    return { key, secret };
  });
}

/** Whoever makes a key answers for it unless somebody else is named. The command line is nobody who could. */
function makerOf({ principal }: ServiceContext): string | null {
  return principal.kind === "admin" ? principal.email : null;
}
