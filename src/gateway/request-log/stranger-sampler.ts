import { MINUTE_MS } from "@/contracts/durations";
import { addressNetwork } from "@/server/core/addresses";

/** Of the calls beyond the limit, one in so many has a row. */
export const SAMPLE_EVERY = 100;

/**
 * All networks together get as many whole rows a minute as so many networks. Against an attacker with a range of
 * addresses: an IPv6 /32 alone has 65,536 networks of /48. It bounds the networks that are remembered, too, because only a
 * whole row makes one known.
 */
const NETWORKS_AT_ONCE = 10;

/** A call's part in the log: a whole row, a row that stands for so many, or none. */
export type Sampled = { row: "whole" } | { row: "sample"; standsFor: number } | { row: "none" };

export const WHOLE_ROW: Sampled = { row: "whole" };
const SAMPLE: Sampled = { row: "sample", standsFor: SAMPLE_EVERY };
export const NO_ROW: Sampled = { row: "none" };

interface Seen {
  calls: number;
  /** Those that had no whole row. */
  surplus: number;
}

/**
 * Decides which calls without a known key have a row in the log. Such calls cost their sender nothing, and a row costs up
 * to 4 KB: without a bound a stranger fills the disk, and Postgres stops with it. Counts by network and minute of this
 * process.
 */
export class StrangerSampler {
  #minute = 0;
  #whole = 0;
  #networks = new Map<string, Seen>();
  /** Of networks that are not remembered. */
  #others: Seen = { calls: 0, surplus: 0 };

  /**
   * @param address canonical; all calls without one count as one network
   * @param limit whole rows a minute and network; 0: every call has one
   */
  next(now: Date, address: string | null, limit: number): Sampled {
    if (limit === 0) return WHOLE_ROW;
    this.#startMinute(Math.floor(now.getTime() / MINUTE_MS));
    const network = (address && addressNetwork(address)) ?? "";
    const hasRoom = this.#whole < limit * NETWORKS_AT_ONCE;
    const seen = this.#networks.get(network) ?? (hasRoom ? this.#remember(network) : this.#others);
    seen.calls++;
    if (hasRoom && seen.calls <= limit) {
      this.#whole++;
      return WHOLE_ROW;
    }
    seen.surplus++;
    return seen.surplus % SAMPLE_EVERY === 0 ? SAMPLE : NO_ROW;
  }

  /** Networks that are remembered. */
  get networks(): number {
    return this.#networks.size;
  }

  #startMinute(minute: number): void {
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#whole = 0;
    this.#networks.clear();
    this.#others = { calls: 0, surplus: 0 };
  }

  #remember(network: string): Seen {
    const seen = { calls: 0, surplus: 0 };
    this.#networks.set(network, seen);
    return seen;
  }
}
