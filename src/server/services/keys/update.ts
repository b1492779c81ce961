import type { z } from "zod";
import type { KeyView, updateKeySchema } from "@/contracts/keys";
import type { ServiceContext } from "../context";
import { changeKey } from "./change";
import { canonicalRanges, futureExpiry, replaceScope } from "./scope";

/**
 * Edits what is given and leaves the rest. The environment is not among it: a key keeps that for life.
 * @throws AppError not_found; validation_failed (expiry in the past, customers of another environment)
 */
export function updateKey(ctx: ServiceContext, input: z.output<typeof updateKeySchema>): Promise<KeyView> {
  const { id, customers, expiresAt, ipAllowlist, ...plain } = input;
  return changeKey(ctx, id, "key.update", async (key, tx) => {
    if (customers !== undefined) await replaceScope(tx, key, customers);
    return {
      ...plain,
      ...(customers === undefined ? {} : { customerScoped: customers !== null }),
      // An expiry that stays as it is may lie in the past: renaming an expired key is no error.
      ...(expiresAt === undefined || expiresAt === key.expiresAt
        ? {}
        : { expiresAt: futureExpiry(expiresAt, ctx.clock) }),
      ...(ipAllowlist === undefined ? {} : { ipAllowlist: canonicalRanges(ipAllowlist) }),
    };
  });
}
