import { vi } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import type { RevealedKey } from "@/contracts/keys";
import type { Victim } from "./load";
import type { Change, Place } from "./plan";
import type { World } from "./world";

/** Many for a round of calls, and few enough to be lowered to one. */
export const PLENTY = 100_000;
/** What is left to the key whose limit is lowered: calls a day. */
export const LOWERED = 1;

export async function newVictim({ fixture }: World, change: Change): Promise<Victim> {
  const made = await fixture.key({ permissions: ["customers:write"], rateLimits: { day: PLENTY } });
  const never = Number.POSITIVE_INFINITY;
  return { made, change, askedAt: never, answeredAt: never, newSecret: null };
}

const ASK: Record<Change, (id: string) => [procedure: string, input: unknown]> = {
  revoked: (id) => ["keys.revoke", { id }],
  regenerated: (id) => ["keys.regenerate", { id }],
  narrowed: (id) => ["keys.update", { id, permissions: ["jobs:read"] }],
  limited: (id) => ["keys.update", { id, rateLimits: { day: LOWERED } }],
};

/** Takes from the key what is to be taken, as an administrator does who tries again until the console says that it is done. */
export async function take(world: World, victim: Victim, at: Place): Promise<void> {
  const [procedure, input] = ASK[victim.change](victim.made.key.id);
  victim.askedAt = Date.now();
  const data = await vi.waitFor(
    async () => {
      const { status, text, data } = await world.console(at).mutate(procedure, input);
      if (status !== 200) throw new Error(`${procedure}: ${status} ${text}`);
      return data;
    },
    { timeout: MINUTE_MS, interval: 100 },
  );
  if (victim.change === "regenerated") victim.newSecret = (data as RevealedKey).secret;
  victim.answeredAt = Date.now();
}
