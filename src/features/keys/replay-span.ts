import type { LimitReplay } from "@/contracts/usage";
import { count } from "@/lib/words";

/** Of what past limits were tried on: "the last 7 days", or "the last 3 days, as far as the log goes back,". */
export function spanWords({ hours, cut }: Pick<LimitReplay, "hours" | "cut">): string {
  const length = hours >= 48 ? count(hours / 24, "day") : count(hours, "hour");
  return cut ? `the last ${length}, as far as the log goes back,` : `the last ${length}`;
}
