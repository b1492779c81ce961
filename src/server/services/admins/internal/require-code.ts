import type { Id } from "@/contracts/ids";
import { invalidField } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import type { ServiceContext } from "../../context";
import { checkSecondFactor, secondFactorWays } from "./check-second-factor";
import { notEnabled } from "./second-factor-row";

/** @throws AppError validation_failed at the code; invalid_state where there is no second factor */
export async function requireCode(
  ctx: ServiceContext & { tx: Transaction },
  id: Id<"adm">,
  code: string,
): Promise<void> {
  if ((await secondFactorWays(ctx, id)).length === 0) throw notEnabled();
  if ((await checkSecondFactor(ctx, id, code)) === "wrong")
    throw invalidField("code", "Is wrong, or was used already");
}
