import type { Mount } from "@test/support/mounts";
import { expect, vi } from "vitest";
import type { Told, Traffic } from "./traffic";

/** From the end of a fault until all is served again, in milliseconds. */
const BACK_MS = 10_000;
/** So many calls in a row are served before it counts as being back. */
const IN_A_ROW = 24;

export const isServed = ({ status }: Told): boolean => status === 200 || status === 201;

/** Whether a process says that it can serve, and why not. */
export async function readiness({ url }: Pick<Mount, "url">) {
  const answer = await fetch(`${url}/api/ready`);
  const { reason = null, limiter } = (await answer.json()) as { reason?: string; limiter: string };
  return { status: answer.status, reason, limiter };
}

/**
 * Waits until all calls are served again, and it is ready. Nobody restarts anything.
 * @param since the end of the fault, epoch milliseconds
 * @param holds of a call that is as before the fault
 * @returns how long it took until the last call that was not
 */
export async function back(
  mount: Mount,
  traffic: Traffic,
  since: number,
  holds: (told: Told) => boolean = isServed,
): Promise<number> {
  const served = async () => {
    const latest = traffic.since(since).slice(-IN_A_ROW);
    expect(latest.length).toBe(IN_A_ROW);
    expect(latest.filter((told) => !holds(told))).toEqual([]);
    expect(await readiness(mount)).toMatchObject({ status: 200, reason: null });
  };
  await vi.waitFor(served, { timeout: BACK_MS, interval: 50 });
  const others = traffic.told.filter((told) => told.endedAt >= since && !holds(told));
  return Math.max(0, ...others.map(({ endedAt }) => endedAt - since));
}

/** Waits for so many answers to calls that start from now on. */
export async function answersFromNow(traffic: Traffic, count: number): Promise<Told[]> {
  const since = Date.now();
  const options = { timeout: 60_000, interval: 50 };
  await vi.waitFor(() => expect(traffic.since(since).length).toBeGreaterThanOrEqual(count), options);
  return traffic.since(since);
}
