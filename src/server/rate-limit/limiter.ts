/** At most `limit` calls of one subject in any `windowMs`, measured by a sliding window. */
export interface RatePolicy {
  /** Shown to callers in RateLimit headers. Two policies of one subject that share name and window share a counter. */
  name: string;
  /** Calls per window; a whole number, at least 1. */
  limit: number;
  /** Length of the window in milliseconds; a whole number, at least 1. Windows are aligned to the epoch. */
  windowMs: number;
}

/** What one policy says about one call. */
export interface PolicyState {
  name: string;
  limit: number;
  windowMs: number;
  /** Calls that would still pass now, after this one. Never negative. */
  remaining: number;
  /**
   * End of the current window, epoch milliseconds. Not the moment a refused caller may come back: the window that ends
   * here still counts in full at this instant. That moment is {@link LimitDecision.retryAfterMs}.
   */
  resetAt: number;
  /** False for each policy that stands against the call, not only for the first one found. */
  allowed: boolean;
}

export interface LimitDecision {
  /** When it was taken, epoch milliseconds: a window may end between the arrival of a call and this. */
  decidedAt: number;
  /** True when every policy let the call pass. */
  allowed: boolean;
  /**
   * Milliseconds after which the same subject, calling nothing meanwhile, is admitted; 0 when allowed.
   * Exact: one millisecond earlier would be refused. Sent in whole seconds it has to be rounded up.
   */
  retryAfterMs: number;
  /** Every policy asked, in the order given. */
  policies: PolicyState[];
  /** True when the shared counters were out of reach and this process decided from its own. Send no RateLimit header then. */
  degraded: boolean;
}

/**
 * Counts the calls of subjects and refuses those above their policies. Any number of policies may be asked at once; the
 * call passes when all of them let it. None asked: allowed.
 */
export interface Limiter {
  /**
   * Counts one call, if every policy lets it pass.
   *
   * Policies are checked shortest window first, and the first refusal ends the counting. A client that hammers against
   * its minute limit would otherwise burn its whole day with calls that were never served. Longer policies are then
   * only read, so that the decision names all that stand against the call. A shorter policy that had passed keeps the
   * call it counted.
   *
   * @param subject Whom the counters belong to, from the builders in `policies.ts`; never a secret.
   * @throws RangeError for a policy whose limit or window is not a whole number of at least 1.
   */
  consume(subject: string, policies: readonly RatePolicy[]): Promise<LimitDecision>;
  /** The decision that `consume` would take now, without counting anything. Errors as with `consume`. */
  peek(subject: string, policies: readonly RatePolicy[]): Promise<LimitDecision>;
  /**
   * Proves that decisions can be taken where they are meant to be taken; for readiness.
   * @throws Error when the shared counters are out of reach, refuse the script that decides, or may be evicted.
   */
  ping(): Promise<void>;
  /** Lets go of connections. Decisions asked for afterwards may fail or be taken locally. */
  close(): Promise<void>;
}
