import type { z } from "zod";
import { maskApiKey } from "@/contracts/key-shape";
import type { RevealedKey } from "@/contracts/keys";
import type { createKeySchema } from "@/contracts/schemas/keys";
import { cleanText } from "@/contracts/text";
import { newId } from "@/server/core/ids";
import { generateKey } from "@/server/core/key-format";
import { principalName } from "@/server/core/principal";
import { keyDigest, pepperCheck } from "@/server/core/secrets";
import type { Transaction } from "@/server/database/connections";
import { apiKeys } from "@/server/database/schema";
import { recordAudit } from "../../audit";
import type { CallingKey } from "../../calling-key";
import type { ServiceContext } from "../../context";
import { loadOwnPermissions, requireDefined } from "../../permissions";
import { publishWebhooks } from "../../webhooks";
import { type ApprovalGround, auditedApproval, requireAllowed } from "./approval";
import { requireNamedWithin, requireWithinCallingKey } from "./bounds";
import { loadChanged } from "./load";
import { managementOf } from "./management";
import { ownerColumns } from "./owner";
import { requireRoom } from "./room";
import { canonicalRanges, futureExpiry, replaceScope } from "./scope";
import { keyEvent } from "./told";
import { auditedKey } from "./view";

/** All that a new key is made of, and who is to answer for it. */
type NewKey = Omit<z.output<typeof createKeySchema>, "owner"> & { owner: string | null };

/**
 * The frame of every new key, in a transaction of somebody who may make it: bounds of the calling key, policy, audit.
 * @param caller the key that makes it, as it is in this transaction; null: none does
 */
export async function makeKey(
  ctx: ServiceContext & { tx: Transaction },
  input: NewKey,
  caller: CallingKey | null,
  ground: ApprovalGround,
): Promise<RevealedKey> {
  const { keyMaterial } = ctx;
  const own = caller ? await loadOwnPermissions(ctx.tx) : [];
  if (caller) {
    requireNamedWithin(caller, own, input, []);
    await requireRoom(ctx.tx, caller.id);
  }
  await requireDefined(ctx, input.permissions);
  const secret = generateKey(keyMaterial.prefix, input.environment);
  const id = newId("key");
  const now = ctx.clock.now();
  await ctx.tx.insert(apiKeys).values({
    id,
    name: cleanText(input.name),
    description: cleanText(input.description),
    environment: input.environment,
    digest: keyDigest(secret, keyMaterial.pepper),
    pepperCheck: pepperCheck(keyMaterial.pepper),
    maskedKey: maskApiKey(secret),
    permissions: input.permissions,
    rateLimits: input.rateLimits,
    ipAllowlist: canonicalRanges(input.ipAllowlist),
    allowedOrigins: input.allowedOrigins,
    customerScoped: input.customers !== null,
    expiresAt: futureExpiry(input.expiresAt, ctx.clock),
    ...(await ownerColumns(ctx.tx, input.owner)),
    tags: input.tags.map(cleanText),
    createdBy: principalName(ctx.principal),
    createdByKeyId: caller?.id ?? null,
    secretToldToKeyId: caller?.id ?? null,
    managesKeys: input.managesKeys,
    grantsKeyManagement: input.grantsKeyManagement,
    ...managementOf(input.permissions),
    createdAt: now,
    updatedAt: now,
  });
  await replaceScope(ctx.tx, { id, environment: input.environment }, input.customers);
  const key = await loadChanged(ctx, id);
  if (caller) requireWithinCallingKey(caller, own, null, key, true);
  await requireAllowed(ctx, null, key, ground);
  await publishWebhooks(ctx, [keyEvent("key.created", key)]);
  await recordAudit(ctx, {
    action: "key.create",
    subject: key,
    environment: key.environment,
    after: { ...auditedKey(key), ...auditedApproval(ground) },
  });
  return { key, secret };
}
