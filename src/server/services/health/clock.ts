import type { ClockView } from "@/contracts/settings";
import { authorize } from "@/server/core/authorize";
import { SKEW_WARNED_MS } from "@/server/database/database-clock";
import type { ServiceContext } from "../context";
import { measureClock } from "./measure-clock";

/**
 * Compares the clock of this process with Postgres', now: whoever has just set one of the two wants to see it.
 * @throws AppError permission_denied
 */
export async function describeClock(ctx: ServiceContext): Promise<ClockView> {
  authorize(ctx, "settings:manage");
  await measureClock(ctx);
  const { skewMs } = ctx.databases.clock;
  return { skewMs, isOff: Math.abs(skewMs) > SKEW_WARNED_MS };
}
