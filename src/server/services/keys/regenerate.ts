import { sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { OVERLAPS, type Overlap, type RevealedKey } from "@/contracts/keys";
import { displayForm, generateKey } from "@/server/core/key-format";
import { keyDigest } from "@/server/core/secrets";
import { apiKeys } from "@/server/db/schema";
import type { ServiceContext } from "../context";
import { changeKey } from "./change";

/**
 * Gives a key a new secret and reveals it once; everything else stays, the status too. The old secret is dead on the
 * next request, or after the overlap. A secret still in an overlap from before is dead at once in either case.
 * @throws AppError not_found
 */
export async function regenerateKey(
  ctx: ServiceContext,
  input: { id: Id<"key">; overlap: Overlap },
): Promise<RevealedKey> {
  const seconds = OVERLAPS[input.overlap].seconds;
  let secret = "";
  const key = await changeKey(ctx, input.id, "key.regenerate", (key) => {
    secret = generateKey(ctx.keyMaterial.prefix, key.environment);
    const until = new Date(ctx.clock.now().getTime() + seconds * 1_000);
    return {
      digest: keyDigest(secret, ctx.keyMaterial.pepper),
      display: displayForm(secret),
      previousDigest: seconds > 0 ? sql`${apiKeys.digest}` : null,
      previousUntil: seconds > 0 ? until : null,
    };
  });
  return { key, secret };
}
