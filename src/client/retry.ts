import { isLost, unreachable, wholeOf } from "./lost.js";
import { problemOf } from "./problem.js";
import { type Wait, waitByClock } from "./wait.js";

/** How calls are repeated. */
export interface RetryOptions {
  /** Repetitions of one call at most; 0: none. Default: 3. */
  maxRetries?: number;
  /** The longest pause, in milliseconds. A refusal that asks for a longer one is thrown. Default: 60,000. */
  maxDelayMs?: number;
  /** Waits; rejects with the signal's reason once it is aborted. Default: by the clock. */
  wait?: Wait;
}

type Fetch = (request: Request) => Promise<Response>;

/** The first pause where the answer names none, doubled with each repetition, in milliseconds. */
const FIRST_DELAY_MS = 500;

/**
 * Calls that may be sent again although nobody knows whether the first one was carried out: reads, and a POST, which has an
 * Idempotency-Key. A DELETE is not among them, as its repetition is a 404; nor is a PATCH, as somebody else may have changed the
 * record in between.
 */
const REPEATABLE = ["GET", "HEAD", "POST"];

/**
 * A fetch that repeats what is worth repeating: refused for now (429 and 503, by their Retry-After), still running (409
 * `idempotency_in_flight`), or lost on the way. Each POST gets an Idempotency-Key, so that its repetition does nothing twice.
 * @param isStreamed The body of a success is handed over as it comes: it is somebody else's to notice that it breaks off.
 * @throws KeywardError `unreachable`; the reason of the request's signal
 */
export function retryingFetch(
  fetch: Fetch,
  { maxRetries = 3, maxDelayMs = 60_000, wait = waitByClock }: RetryOptions,
  isStreamed: boolean,
): Fetch {
  return async (request) => {
    if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    for (let retries = 0; ; retries++) {
      const isLast = retries >= maxRetries;
      // The body of a request can be sent once.
      const attempt = await tryOnce(fetch, isLast ? request : request.clone(), isStreamed);
      const delayMs = isLast ? null : await delayMsAfter(attempt, request, FIRST_DELAY_MS * 2 ** retries);
      if (delayMs === null || delayMs > maxDelayMs) return resultOf(attempt, request);
      await attempt.response?.body?.cancel();
      await wait(spread(delayMs), request.signal);
    }
  };
}

/** What became of one sending: an answer, or what was thrown. */
type Attempt = { response: Response } | { response?: undefined; error: unknown };

async function tryOnce(fetch: Fetch, request: Request, isStreamed: boolean): Promise<Attempt> {
  try {
    const response = await fetch(request);
    return { response: isStreamed && response.ok ? response : await wholeOf(response) };
  } catch (error) {
    return { error };
  }
}

function resultOf(attempt: Attempt, request: Request): Response {
  if (attempt.response) return attempt.response;
  // Platforms differ in what they throw then.
  request.signal.throwIfAborted();
  throw isLost(attempt.error) ? unreachable(request, attempt.error) : attempt.error;
}

/** @returns null: not to be repeated */
async function delayMsAfter(attempt: Attempt, request: Request, backoffMs: number): Promise<number | null> {
  return attempt.response
    ? refusedDelayMs(request, attempt.response, backoffMs)
    : lostDelayMs(request, attempt.error, backoffMs);
}

/** @returns null: not to be repeated */
function lostDelayMs({ method, signal }: Request, error: unknown, backoffMs: number): number | null {
  return isLost(error) && !signal.aborted && REPEATABLE.includes(method) ? backoffMs : null;
}

/** @returns null: not to be repeated */
async function refusedDelayMs(
  { method }: Request,
  response: Response,
  backoffMs: number,
): Promise<number | null> {
  const retryAfter = retryAfterMs(response.headers.get("retry-after"));
  // Before the work, always.
  if (response.status === 429) return retryAfter;
  // Of a proxy, or of a connection to Postgres that broke at the end, it may come after the work.
  if (response.status === 503) return REPEATABLE.includes(method) ? (retryAfter ?? backoffMs) : null;
  if (response.status !== 409) return null;
  const problem = await problemOf(response.clone());
  return problem?.code === "idempotency_in_flight" ? (retryAfter ?? backoffMs) : null;
}

/** Retry-After in milliseconds (RFC 9110, section 10.2.3): whole seconds, as Keyward sends it, or a date, as a proxy may. */
function retryAfterMs(value: string | null): number | null {
  if (value === null) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(ms, 0);
}

/** Up to a tenth longer, so that those who were refused together do not come back together. */
function spread(delayMs: number): number {
  return delayMs * (1 + Math.random() / 10);
}
