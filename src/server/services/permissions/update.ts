import { isDeepStrictEqual } from "node:util";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { OwnPermission } from "@/contracts/permissions";
import { updatePermissionSchema } from "@/contracts/schemas/permissions";
import { cleanText } from "@/contracts/text";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { permissions } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { auditedPermission, lockPermissions, requireKnown } from "./internal/change";

/**
 * Changes what is given of a permission. What it includes holds for every key that has it, from the next call on, on every node.
 * @throws AppError not_found; validation_failed for what it is to include and is not defined
 */
export async function updatePermission(
  ctx: ServiceContext,
  given: z.input<typeof updatePermissionSchema>,
): Promise<OwnPermission> {
  authorize(ctx, "settings:manage");
  const { name, ...changes } = parse(updatePermissionSchema, given);
  requireFreshFactor(ctx);
  return withTransaction(ctx, async (ctx) => {
    const known = await lockPermissions(ctx.tx);
    const before = known.find((one) => one.name === name);
    if (!before) throw notFound();
    const after = {
      name,
      label: cleanText(changes.label ?? before.label),
      description: cleanText(changes.description ?? before.description),
      implies: [...(changes.implies ?? before.implies)],
    };
    if (isDeepStrictEqual(before, after)) return before;
    requireKnown(after.implies, known);
    const { label, description, implies } = after;
    await ctx.tx
      .update(permissions)
      .set({ label, description, implies, updatedAt: ctx.clock.now() })
      .where(eq(permissions.name, name));
    await recordAudit(ctx, {
      action: "permission.update",
      subject: { id: name, name },
      environment: null,
      before: auditedPermission(before),
      after: auditedPermission(after),
    });
    return after;
  });
}
