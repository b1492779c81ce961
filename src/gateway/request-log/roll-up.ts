import { HOUR_MS } from "@/contracts/durations";
import { isPermission } from "@/contracts/permissions";
import { REFUSED_BY_PERMISSION } from "@/contracts/usage";
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

const NOT_PASSED: readonly string[] = REFUSED_BY_PERMISSION;

/**
 * The permission by which a call is counted. Of the gate anybody can ask for any name: one that the catalogue has not, and that
 * let no call pass, makes no group of its own (services/usage/count-calls.ts does the same).
 */
function countedPermission({ route, auth }: LoggedCall, code: string | undefined): string | undefined {
  const permission = route?.permission;
  if (!permission) return undefined;
  const passed = Boolean(auth?.key) && !(code && NOT_PASSED.includes(code));
  return passed || isPermission(permission) ? permission : undefined;
}

/**
 * Calls without a row, by hour, key, route and outcome. Callers choose none of these freely (routes and codes are ours, keys
 * are known ones, permissions those that let a call pass or that everybody has), so that it stays small whatever they send.
 */
export class UsageTotals {
  readonly #groups = new Map<string, CountedCalls>();
  #calls = 0;

  /** How many calls were added. */
  get calls(): number {
    return this.#calls;
  }

  add(call: LoggedCall, code?: string): void {
    const { at, environment, status: exact, auth, durationMs } = call;
    const hour = Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;
    const key_id = auth?.key?.id;
    const route = call.route?.name;
    const permission = countedPermission(call, code);
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
    const names = { key_id, environment, route, permission, status, code };
    this.#groups.set(name, { at: new Date(hour), ...names, calls: 1, duration_ms: durationMs });
  }

  rows(): CountedCalls[] {
    return [...this.#groups.values()];
  }
}
