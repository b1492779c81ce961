import type { ServiceContext } from "@/server/services/context";
import { checkDueFindings } from "@/server/services/findings";
import { expireIdempotencyRecords } from "@/server/services/idempotency";
import { purgeJobResults } from "@/server/services/jobs";

/** What Keyward removes by itself, batch by batch; each says how much it removed. */
const CHORES: readonly ((ctx: ServiceContext) => Promise<number>)[] = [
  expireIdempotencyRecords,
  purgeJobResults,
];

/** Removes what is kept long enough and looks for findings, until all is done or `stop` is asked for. */
export async function runUpkeep(ctx: ServiceContext, stop: AbortSignal): Promise<void> {
  for (const chore of CHORES) {
    while (!stop.aborted && (await chore(ctx)) > 0);
  }
  await checkDueFindings(ctx, stop);
}
