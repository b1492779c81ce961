import { sql } from "drizzle-orm";
import type { z } from "zod";
import { maskApiKey } from "@/contracts/key-shape";
import { type KeyView, OVERLAPS, type RevealedKey } from "@/contracts/keys";
import { regenerateKeySchema } from "@/contracts/schemas/keys";
import { requireFreshFactor } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { generateKey } from "@/server/core/key-format";
import { keyDigest, pepperCheck } from "@/server/core/secrets";
import { parse } from "@/server/core/validation";
import { apiKeyReplacedSecrets, apiKeys } from "@/server/database/schema";
import type { ServiceContext } from "../context";
import { changeKey } from "./internal/change";

/** What a key holds of the secret before its present one while there is none. */
export const NO_PREVIOUS_SECRET = {
  previousDigest: null,
  previousPepperCheck: null,
  overlapUntil: null,
  previousMaskedKey: null,
  previousSecretToldToKeyId: null,
};

/**
 * Gives a key a new secret and reveals it once; everything else stays, the status too. The old secret is dead on the
 * next request, or after the overlap. A secret still in an overlap from before is dead at once in either case, which
 * has to be asked for: somebody was promised that it works until then.
 * @throws AppError not_found; invalid_state while an overlap runs that `endsOverlap` does not name
 */
export async function regenerateKey(
  ctx: ServiceContext,
  input: z.input<typeof regenerateKeySchema>,
): Promise<RevealedKey> {
  const { id, overlap, endsOverlap } = parse(regenerateKeySchema, input);
  const seconds = OVERLAPS[overlap].seconds;
  let secret = "";
  const key = await changeKey(ctx, id, "key.regenerate", async (key, tx, caller) => {
    if (key.environment === "production") requireFreshFactor(ctx);
    refuseUnannounced(key, endsOverlap);
    secret = generateKey(ctx.keyMaterial.prefix, key.environment);
    const now = ctx.clock.now();
    await tx.execute(sql`
      insert into ${apiKeyReplacedSecrets} (digest, pepper_check, key_id, replaced_at)
      select digest, pepper_check, id, ${now.toISOString()}::timestamptz from api_keys where id = ${id}`);
    return {
      digest: keyDigest(secret, ctx.keyMaterial.pepper),
      pepperCheck: pepperCheck(ctx.keyMaterial.pepper),
      maskedKey: maskApiKey(secret),
      secretToldToKeyId: caller?.id ?? null,
      ...(seconds > 0
        ? {
            previousDigest: sql`${apiKeys.digest}`,
            previousPepperCheck: sql`${apiKeys.pepperCheck}`,
            overlapUntil: new Date(now.getTime() + seconds * 1_000),
            previousMaskedKey: key.maskedKey,
            previousSecretToldToKeyId: sql`${apiKeys.secretToldToKeyId}`,
          }
        : NO_PREVIOUS_SECRET),
    };
  });
  return { key, secret };
}

/**
 * Stops a page that was opened before the overlap began, and a script, from ending a secret that somebody still relies
 * on: whoever regenerates then has to name the overlap that this ends.
 */
function refuseUnannounced({ overlapUntil, previousMaskedKey }: KeyView, endsOverlap: string | null): void {
  if (overlapUntil === null) return;
  if (endsOverlap !== null && Date.parse(endsOverlap) === Date.parse(overlapUntil)) return;
  throw new AppError(
    "invalid_state",
    `An overlap is running: the previous secret${previousMaskedKey ? ` ${previousMaskedKey}` : ""} works until ${overlapUntil} and would stop at once. Confirm that it may (endsOverlap: that instant).`,
    { overlapUntil },
  );
}
