import type { ServiceContext } from "@/server/services/context";
import { expireIdempotencyRecords } from "@/server/services/idempotency";
import { purgeJobResults } from "@/server/services/jobs";

/** What Keyward does for itself, batch by batch. */
const CHORES: readonly ((ctx: ServiceContext) => Promise<number>)[] = [
  expireIdempotencyRecords,
  purgeJobResults,
];

/** Removes what is kept long enough, until nothing is left to remove or `stop` is asked for. */
export async function runUpkeep(ctx: ServiceContext, stop: AbortSignal): Promise<void> {
  for (const chore of CHORES) {
    while (!stop.aborted && (await chore(ctx)) > 0);
  }
}
