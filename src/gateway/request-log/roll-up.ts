import { HOUR_MS } from "@/contracts/durations";
import type { LoggedCall } from "./rows";

/** Totals by a group of several columns, as in a GROUP BY: `name` holds the columns, `totals` what is added up. */
export class GroupedTotals<Totals extends object> {
  readonly #entries: Map<string, { name: object; totals: Totals }>;

  constructor(entries: Iterable<[string, { name: object; totals: Totals }]> = []) {
    this.#entries = new Map(entries);
  }

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

  /** One that can be added to while this one stays as it is. */
  copy(): GroupedTotals<Totals> {
    const entries = [...this.#entries];
    return new GroupedTotals(
      entries.map(([key, { name, totals }]) => [key, { name, totals: { ...totals } }]),
    );
  }
}

/**
 * Calls by hour, key, route and outcome: the rows of `usage_hourly`. Callers choose none of these freely (routes and
 * codes are ours, keys are known ones), so that it stays small whatever they send.
 */
export class UsageTotals {
  readonly #usage: GroupedTotals<{ calls: number; durationMs: number }>;
  #calls: number;

  constructor(usage = new GroupedTotals<{ calls: number; durationMs: number }>(), calls = 0) {
    this.#usage = usage;
    this.#calls = calls;
  }

  /** How many calls were added. */
  get calls(): number {
    return this.#calls;
  }

  add({ at, environment, status, route: called, auth, durationMs }: LoggedCall, code = ""): void {
    const hour = Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;
    const key_id = auth?.key?.id ?? "";
    const route = called?.name ?? "";
    const permission = called?.permission ?? "";
    const status_class = Math.floor(status / 100);
    const key = `${key_id} ${hour} ${environment} ${route} ${permission} ${status_class} ${code}`;
    const name = () => ({ key_id, hour: new Date(hour), environment, route, permission, status_class, code });
    this.#calls++;
    this.#usage.add(key, name, { calls: 1, durationMs }, (totals) => {
      totals.calls++;
      totals.durationMs += durationMs;
    });
  }

  rows(): object[] {
    return this.#usage.rows();
  }

  copy(): UsageTotals {
    return new UsageTotals(this.#usage.copy(), this.#calls);
  }
}
