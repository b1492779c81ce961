import { sqlOf } from "@test/server/services/support";
import type { Fixture } from "@test/support/fixture";
import { loggedCalls } from "@test/support/requests";
import { expect, vi } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";

/** A call, as far as the log has to agree with its caller. */
export interface Answered {
  status: number;
  /** null: there was no answer. */
  requestId: string | null;
}

/**
 * Demands that the log of calls has each call that was answered once, with the status that its caller saw, and is counted
 * into the figures by the hour. Waits for what is still on its way.
 * @param told every call that there ever was
 * @param mayLack what a killed process may have taken with it
 * @returns how many were lost
 */
export async function expectOneRowEach<Call extends Answered>(
  fixture: Fixture,
  told: readonly Call[],
  mayLack: (call: Call) => boolean = () => false,
): Promise<number> {
  const sql = sqlOf(fixture);
  const answered = told.filter(({ requestId }) => requestId !== null);
  const least = answered.filter((one) => !mayLack(one)).length;
  const options = { timeout: MINUTE_MS, interval: 250 };
  const complete = async () => {
    const [row] = await sql<{ rows: number; calls: number }[]>`
      select (select count(*)::int from requests) as rows, (select sum(calls)::int from usage_hourly) as calls`;
    expect(row?.rows).toBeGreaterThanOrEqual(least);
    expect(row?.calls).toBe(row?.rows);
  };
  await vi.waitFor(complete, options);
  const rows = await loggedCalls(sql);
  const statuses = new Map(rows.map(({ request_id, status }) => [request_id, status]));
  expect(rows.length - statuses.size, "rows that are there twice").toBe(0);
  const lost = answered.filter(({ requestId }) => !statuses.has(requestId ?? ""));
  expect(lost.filter((one) => !mayLack(one))).toEqual([]);
  const kept = answered.length - lost.length;
  // Of a call whose connection ended, the caller does not know whether it was served.
  expect(rows.length - kept, "rows of calls that nobody made").toBeLessThanOrEqual(
    told.length - answered.length,
  );
  expect(
    answered.filter(({ requestId, status }) => (statuses.get(requestId ?? "") ?? status) !== status),
  ).toEqual([]);
  return lost.length;
}
