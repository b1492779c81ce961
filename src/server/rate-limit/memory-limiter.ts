import type { Clock } from "@/server/core/clock";
import { checkPolicies, decide, type Reading, shortestFirst } from "./decision";
import type { Limiter, RatePolicy } from "./limiter";
import { usedAt, type WindowCounts, windowIndex } from "./sliding-window";

/**
 * Subjects remembered per policy; about 400 bytes each, measured.
 *
 * The attack: whoever has many addresses (an IPv6 range, a botnet) makes a counter with each, and unbounded counters
 * are a process out of memory. The bound must not become a tool either, so:
 * - it is kept per policy. A flood of failing strangers fills the counters of failures, and cannot push out those of
 *   API keys, which only a caller with a good key can make.
 * - when it is reached, the least used of a handful goes. The flood's own counters stand at 1; the counter of somebody
 *   who is being held back stands near its limit and stays, so he cannot flood himself free. What is forgotten is
 *   worth little: an address that has used 1 of 30 gets that one again.
 */
const MAX_SUBJECTS = 50_000;

/** Counters looked at for each one added. Two, so that the stale ones go faster than new ones come. */
const SWEEP = 2;

/** Counters compared for each one pushed out. */
const SAMPLE = 8;

interface Counter extends WindowCounts {
  /** The window that `current` counts. */
  index: number;
}

/** What a policy's counters say, and where the call is counted. */
interface CountedReading extends Reading {
  counters: PolicyCounters;
  index: number;
}

export interface MemoryLimiter extends Limiter {
  /** Counters held at present, over all policies. */
  readonly size: number;
}

/**
 * The limiter of a single process: the only one where no Redis is configured, and the stand-in while it is away.
 * Decides exactly as Redis would, in one synchronous step, so simultaneous calls cannot share a place.
 * Nothing runs in the background: stale counters are dropped while new ones are added.
 */
export function createMemoryLimiter(options: { clock: Clock; maxSubjects?: number }): MemoryLimiter {
  const { clock, maxSubjects = MAX_SUBJECTS } = options;
  /** By the name of the policy, then by its window: one text made of both would have to be made for each decision. */
  const countersByPolicy = new Map<string, Map<number, PolicyCounters>>();

  function countersOf({ name, windowMs }: RatePolicy): PolicyCounters {
    const known = countersByPolicy.get(name)?.get(windowMs);
    if (known) return known;
    const counters = new PolicyCounters(maxSubjects);
    const ofName = countersByPolicy.get(name);
    if (ofName) ofName.set(windowMs, counters);
    else countersByPolicy.set(name, new Map([[windowMs, counters]]));
    return counters;
  }

  function read(subject: string, policies: readonly RatePolicy[], now: number): CountedReading[] {
    checkPolicies(policies);
    return policies.map((policy) => {
      const counters = countersOf(policy);
      const index = windowIndex(now, policy.windowMs);
      return { policy, counts: counters.read(subject, index), passed: undefined, counters, index };
    });
  }

  return {
    async consume(subject, policies) {
      const now = clock.now().getTime();
      const readings = read(subject, policies, now);
      for (const reading of shortestFirst(readings)) {
        const { policy, counts, counters, index } = reading;
        reading.passed = usedAt(counts, policy.windowMs, now) < policy.limit;
        if (!reading.passed) break;
        reading.counts = counters.add(subject, index);
      }
      return decide(readings, now);
    },
    async peek(subject, policies) {
      const now = clock.now().getTime();
      return decide(read(subject, policies, now), now);
    },
    async ping() {},
    async close() {
      countersByPolicy.clear();
    },
    get size() {
      const all = [...countersByPolicy.values()].flatMap((ofName) => [...ofName.values()]);
      return all.reduce((total, counters) => total + counters.size, 0);
    },
  };
}

/** The counters of one policy, by subject. */
class PolicyCounters {
  readonly #counters = new Map<string, Counter>();
  readonly #maxSubjects: number;
  /** Goes round the counters, a few with each addition. An iterator of a Map stays valid while the Map changes. */
  #hand = this.#counters.entries();

  constructor(maxSubjects: number) {
    this.#maxSubjects = maxSubjects;
  }

  get size(): number {
    return this.#counters.size;
  }

  read(subject: string, index: number): WindowCounts {
    return countsAt(this.#counters.get(subject), index);
  }

  /** Counts one call and returns the counts after it. */
  add(subject: string, index: number): WindowCounts {
    const known = this.#counters.get(subject);
    const counts = countsAt(known, index);
    counts.current++;
    if (known) {
      known.current = counts.current;
      known.previous = counts.previous;
      known.index = index;
    } else {
      this.#makeRoom(index);
      this.#counters.set(subject, { index, current: counts.current, previous: counts.previous });
    }
    return counts;
  }

  #makeRoom(index: number): void {
    const steps = this.#counters.size < this.#maxSubjects ? SWEEP : SAMPLE;
    let least: { subject: string; use: number } | undefined;
    for (let step = 0; step < steps; step += 1) {
      const entry = this.#next();
      if (!entry) return;
      const [subject, counter] = entry;
      const { current, previous } = countsAt(counter, index);
      const use = current + previous;
      if (use === 0) this.#counters.delete(subject);
      else if (!least || use < least.use) least = { subject, use };
    }
    if (least && this.#counters.size >= this.#maxSubjects) this.#counters.delete(least.subject);
  }

  #next(): [string, Counter] | undefined {
    const step = this.#hand.next();
    if (!step.done) return step.value;
    this.#hand = this.#counters.entries();
    return this.#hand.next().value;
  }
}

/**
 * What a counter says about the window `index`. Older than the previous window it says nothing. Nor does one from the
 * future: the clock was set back, and believing it could hold a subject back until the clock has caught up.
 */
function countsAt(counter: Counter | undefined, index: number): WindowCounts {
  if (counter?.index === index) return { current: counter.current, previous: counter.previous };
  if (counter?.index === index - 1) return { current: 0, previous: counter.current };
  return { current: 0, previous: 0 };
}
