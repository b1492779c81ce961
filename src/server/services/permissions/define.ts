import { MAX_OWN_PERMISSIONS, type OwnPermission } from "@/contracts/permissions";
import { type DefinePermissionInput, definePermissionSchema } from "@/contracts/schemas/permissions";
import { cleanText } from "@/contracts/text";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { permissions } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { auditedPermission, lockPermissions, requireKnown } from "./internal/change";

/**
 * Defines a permission that keys can be given from now on, and services can ask for.
 * @throws AppError conflict for a name that is taken, or one too many; validation_failed for a name that is Keyward's, and for
 * what it is to include and is not defined
 */
export async function definePermission(
  ctx: ServiceContext,
  given: DefinePermissionInput,
): Promise<OwnPermission> {
  authorize(ctx, "settings:manage");
  const { name, implies, ...words } = parse(definePermissionSchema, given);
  requireFreshFactor(ctx);
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const known = await lockPermissions(ctx.tx);
    if (known.some((one) => one.name === name))
      throw new AppError("conflict", `The permission ${name} is defined already.`);
    if (known.length >= MAX_OWN_PERMISSIONS)
      throw new AppError(
        "conflict",
        `There are ${MAX_OWN_PERMISSIONS} permissions, and no more can be defined.`,
      );
    requireKnown(implies, known);
    const row = {
      name,
      label: cleanText(words.label),
      description: cleanText(words.description),
      implies,
    };
    await ctx.tx.insert(permissions).values({ ...row, createdAt: now, updatedAt: now });
    await recordAudit(ctx, {
      action: "permission.define",
      subject: { id: name, name },
      environment: null,
      after: auditedPermission(row),
    });
    return row;
  });
}
