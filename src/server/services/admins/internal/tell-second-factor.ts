import type { Id } from "@/contracts/ids";
import type { SecondFactorChange } from "@/contracts/notices";
import type { Transaction } from "@/server/database/connections";
import type { ServiceContext } from "../../context";
import { notify } from "../../notices";

/**
 * Tells somebody that their second factor has changed: whoever has taken an account over begins with it, and the person would
 * know of nothing until they are shut out.
 * @param left recovery codes that are left, where one was used
 */
export async function tellOfSecondFactor(
  ctx: ServiceContext & { tx: Transaction },
  adminId: Id<"adm">,
  change: SecondFactorChange,
  left: number | null = null,
): Promise<void> {
  const at = ctx.clock.now().toISOString();
  await notify(ctx, {
    facts: { kind: "second_factor_changed", change, left, address: ctx.ip, at },
    subjectId: adminId,
    occasion: `${change} ${at}`,
    environment: null,
    for: { kind: "person", id: adminId },
  });
}
