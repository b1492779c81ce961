import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { authorize } from "@/server/core/authorize";
import { webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { openSigningSecret, sealSigningSecret } from "./internal/secret";

/**
 * Seals signing secrets with the present pepper that are sealed with the one before, so that none is lost when that is taken out
 * of the settings.
 * @returns how many endpoints there were
 */
export async function resealWebhookSecrets(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "webhooks:manage");
  if (ctx.keyMaterial.previousPepper === undefined) return 0;
  return withTransaction(ctx, async (ctx) => {
    const rows = await ctx.tx.select().from(webhookEndpoints).for("no key update");
    const anew = (sealed: Buffer | null, id: Id<"whe">) => {
      const opened = sealed && openSigningSecret(sealed, ctx.keyMaterial, id);
      return opened?.isStale ? sealSigningSecret(opened.secret, ctx.keyMaterial, id) : null;
    };
    let resealed = 0;
    for (const { id, sealedSecret, previousSealedSecret } of rows) {
      const present = anew(sealedSecret, id);
      const before = anew(previousSealedSecret, id);
      if (!present && !before) continue;
      resealed += 1;
      await ctx.tx
        .update(webhookEndpoints)
        .set({ ...(present && { sealedSecret: present }), ...(before && { previousSealedSecret: before }) })
        .where(eq(webhookEndpoints.id, id));
    }
    return resealed;
  });
}
