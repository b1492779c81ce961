import { HOUR_MS } from "@/contracts/durations";
import type { CountedCalls } from "@/server/services/usage";
import type { LoggedCall } from "./rows";

/** Totals by a group of several columns, as in a GROUP BY: `name` holds the columns, `totals` what is added up. */
export class GroupedTotals<Totals extends object> {
  readonly #entries = new Map<string, { name: object; totals: Totals }>();

  /** Adds to what stands under the name, or starts with it. */
  add(key: string, name: () => object, start: Totals, add: (totals: Totals) => void): void {
    const entry = this.#entries.get(key);
    if (entry) add(entry.totals);
    else this.#entries.set(key, { name: name(), totals: start });
  }

  /** Sorted by name. */
  rows(): object[] {
    const sorted = [...this.#entries].sort(([one], [other]) => (one < other ? -1 : 1));
    return sorted.map(([, { name, totals }]) => ({ ...name, ...totals }));
  }
}

/**
 * Calls without a row, by hour, key, route and outcome. Callers choose none of these freely (routes and codes are ours, keys
 * are known ones), so that it stays small whatever they send.
 */
export class UsageTotals {
  readonly #groups = new Map<string, CountedCalls>();
  #calls = 0;

  /** How many calls were added. */
  get calls(): number {
    return this.#calls;
  }

  add({ at, environment, status: exact, route: called, auth, durationMs }: LoggedCall, code?: string): void {
    const hour = Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;
    const key_id = auth?.key?.id;
    const { name: route, permission } = called ?? {};
    // All that is told apart is its class.
    const status = Math.floor(exact / 100) * 100;
    this.#calls++;
    const name = [key_id, hour, environment, route, permission, status, code].join(" ");
    const group = this.#groups.get(name);
    if (group) {
      group.calls++;
      group.duration_ms += durationMs;
      return;
    }
    const names = { key_id, environment, route, permission: permission ?? undefined, status, code };
    this.#groups.set(name, { at: new Date(hour), ...names, calls: 1, duration_ms: durationMs });
  }

  rows(): CountedCalls[] {
    return [...this.#groups.values()];
  }
}
