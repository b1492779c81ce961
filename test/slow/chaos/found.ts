import { sqlOf } from "@test/server/services/support";
import { loggedCalls } from "@test/support/requests";
import { expect, vi } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import { LOWERED } from "./changes";
import { LIMIT_A_MINUTE, type Load, type Told, type Victim } from "./load";
import type { World } from "./world";

/** What a killed process may take with it of the log (docs/operations.md), in milliseconds before its end. */
const LOST_MS = 1_000;
/** By which two clocks may differ, and a busy process be late, in milliseconds. */
const INACCURACY_MS = 1_000;

const isLost = ({ kills }: World, { place, endedAt }: Told): boolean =>
  kills.some(
    (kill) => kill.place === place && endedAt > kill.at - LOST_MS && endedAt <= kill.at + INACCURACY_MS,
  );

/**
 * Waits until the calls that were answered in a span of time are in the log.
 * @returns when they were, epoch milliseconds
 */
export async function logged(
  world: World,
  load: Load,
  { since, until }: { since: number; until: number },
): Promise<number> {
  const told = load.answered.filter(
    (told) => told.endedAt >= since && told.endedAt <= until && !isLost(world, told),
  );
  const complete = async () => {
    const rows = await loggedCalls(sqlOf(world.fixture));
    const known = new Set(rows.map(({ request_id }) => request_id));
    expect(told.filter(({ requestId }) => !known.has(requestId))).toEqual([]);
  };
  await vi.waitFor(complete, { timeout: MINUTE_MS, interval: 100 });
  return Date.now();
}

/** Demands of each answered call one row, with the time and the status that its caller saw. */
export async function expectOnceInLog(world: World, load: Load): Promise<void> {
  await logged(world, load, { since: 0, until: Date.now() });
  const rows = await loggedCalls(sqlOf(world.fixture));
  const known = new Map(
    rows.map(({ request_id, status, at }) => [request_id, { status, ms: new Date(at).getTime() }]),
  );
  expect(rows).toHaveLength(known.size);
  const wrong = load.answered.filter(({ requestId, startedAt, endedAt, status }) => {
    const row = known.get(requestId);
    if (!row) return false;
    const inTime = row.ms > startedAt - INACCURACY_MS && row.ms < endedAt + INACCURACY_MS;
    return !inTime || row.status !== status;
  });
  expect(wrong).toEqual([]);
}

/** Demands that no more calls were let pass than a limit allows, as far as each process could know. */
export function expectLimitsKept({ lostCountsAt }: World, load: Load, victims: readonly Victim[]): void {
  const lostIn = (from: number, to: number) => lostCountsAt.filter((at) => at >= from && at <= to).length;
  const isServed = ({ status }: Told) => status === 200;
  for (const { change, answeredAt, made } of victims) {
    if (change !== "limited") continue;
    const late = load.told.filter(
      (told) => told.key === made.secret && told.startedAt > answeredAt && isServed(told),
    );
    const end = Math.max(answeredAt, ...late.map(({ endedAt }) => endedAt));
    // A day may begin meanwhile.
    const windows =
      1 + lostIn(answeredAt, end) + Number(new Date(answeredAt).getUTCDate() !== new Date(end).getUTCDate());
    expect(late.filter(({ shared }) => shared).length).toBeLessThanOrEqual(LOWERED * windows);
    // Without Redis each process counts by itself.
    expect(late.filter(({ shared }) => !shared).length).toBeLessThanOrEqual(LOWERED * 2 * windows);
  }
  const passed = new Map<number, number>();
  for (const told of load.told.filter(
    (told) => told.kind === "within a limit" && told.shared && isServed(told),
  )) {
    const minute = Math.floor(told.startedAt / MINUTE_MS);
    if (Math.floor(told.endedAt / MINUTE_MS) === minute) passed.set(minute, (passed.get(minute) ?? 0) + 1);
  }
  expect(passed.size).toBeGreaterThan(0);
  for (const [minute, calls] of passed) {
    const windows = 1 + lostIn(minute * MINUTE_MS, (minute + 1) * MINUTE_MS);
    const when = `${new Date(minute * MINUTE_MS).toISOString()}, counts lost at ${lostCountsAt}`;
    expect(calls, when).toBeLessThanOrEqual(LIMIT_A_MINUTE * windows);
  }
}
