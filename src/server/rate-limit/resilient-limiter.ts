import { MINUTE_MS } from "@/contracts/durations";
import type { Clock } from "@/server/core/clock";
import type { Logger } from "@/server/core/logger";
import { within } from "@/server/core/within";
import { checkPolicies } from "./decision";
import type { LimitDecision, Limiter } from "./limiter";

/** For one decision in total, however many round trips it takes. Milliseconds. */
const DECISION_TIMEOUT_MS = 200;

/** For a readiness probe. Longer, as nobody's call waits for it and a first connection may have to be opened. Milliseconds. */
const PING_TIMEOUT_MS = 1_000;

/**
 * After a failure the shared limiter is left alone this long. A Redis behind a firewall that drops packets must not
 * cost every single call the whole time-out. Milliseconds.
 */
const PAUSE_MS = 1_000;

/** Least distance between two warnings, in milliseconds. */
const WARNING_INTERVAL_MS = MINUTE_MS;

/** Error texts of the Upstash client repeat the command, in a pipeline all of them. Characters. */
const MAX_ERROR_LENGTH = 200;

/**
 * A shared limiter that never keeps a call waiting and never lets everything pass: when it fails or takes longer than
 * 200 ms, the local one decides, from the calls that this process has seen during the outage, and the decision says so
 * (`degraded`). With n processes a subject may then have up to n times its limit; with none it would have no limit.
 *
 * After a failure a single call a second tries again, and all others are decided locally until it succeeds.
 */
export function createResilientLimiter(parts: {
  shared: Limiter;
  local: Limiter;
  clock: Clock;
  logger: Logger;
}): Limiter {
  const { shared, local, clock, logger } = parts;
  /** Epoch milliseconds of the last failure; absent while the shared limiter answers. */
  let failedAt: number | undefined;
  let probing = false;
  let warnedAt: number | undefined;
  /** The warning of this outage was written, so its end is worth a line too. */
  let announced = false;

  function elapsed(since: number | undefined, span: number): boolean {
    if (since === undefined) return true;
    const passed = clock.now().getTime() - since;
    // Negative: the clock was set back. Waiting until it has caught up could take hours.
    return passed < 0 || passed >= span;
  }

  function noteFailure(error: unknown): void {
    failedAt = clock.now().getTime();
    if (!elapsed(warnedAt, WARNING_INTERVAL_MS)) return;
    warnedAt = failedAt;
    announced = true;
    logger.warn(
      { reason: describe(error) },
      "The shared rate limiter does not answer. Until it does, this process counts on its own.",
    );
  }

  function noteRecovery(): void {
    failedAt = undefined;
    if (announced) logger.info("The shared rate limiter answers again.");
    announced = false;
  }

  async function askShared(ask: (limiter: Limiter) => Promise<LimitDecision>): Promise<LimitDecision> {
    const probe = failedAt !== undefined;
    probing = probe;
    try {
      const decision = await within(DECISION_TIMEOUT_MS, ask(shared));
      if (probe) noteRecovery();
      return decision;
    } catch (error) {
      noteFailure(error);
      throw error;
    } finally {
      if (probe) probing = false;
    }
  }

  async function decision(ask: (limiter: Limiter) => Promise<LimitDecision>): Promise<LimitDecision> {
    const leaveAlone = failedAt !== undefined && (probing || !elapsed(failedAt, PAUSE_MS));
    if (!leaveAlone) {
      try {
        return await askShared(ask);
      } catch {
        // Noted; decided locally below.
      }
    }
    return { ...(await ask(local)), degraded: true };
  }

  return {
    async consume(subject, policies) {
      // Here, so that a mistake of the caller does not pass for a failure of Redis.
      checkPolicies(policies);
      return decision((limiter) => limiter.consume(subject, policies));
    },
    async peek(subject, policies) {
      checkPolicies(policies);
      return decision((limiter) => limiter.peek(subject, policies));
    },
    ping: () => within(PING_TIMEOUT_MS, shared.ping()),
    async close() {
      await Promise.all([shared.close(), local.close()]);
    },
  };
}

/** What went wrong, for the operator. `fetch` says only that it failed, and keeps the reason in `cause`. */
function describe(error: unknown): string {
  const texts: string[] = [];
  for (let one = error; one instanceof Error; one = one.cause) texts.push(one.message);
  return (texts.join(": ") || String(error)).slice(0, MAX_ERROR_LENGTH);
}
