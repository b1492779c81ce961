import type { ClientOptions } from "@/client";

type Fetch = NonNullable<ClientOptions["fetch"]>;

/** Waits so many milliseconds; rejects once the signal is aborted. */
export type Wait = NonNullable<ClientOptions["wait"]>;

/** How the calls of a run are sent. */
interface Pace {
  fetch: Fetch;
  /** Pause before each call, in milliseconds. */
  everyMs: number;
  wait: Wait;
  /** Aborted: no call begins any more. One that has begun gets its answer, or nobody would know what it did. */
  over: AbortSignal;
  /** Told of each answer. */
  onAnswer(response: Response): void;
}

/** What the log of calls shows for the program that called. */
const USER_AGENT = "keyward-demo-shop/1";

/** A fetch for `createClient` that keeps a pace, in repetitions too. */
export function pacedFetch({ fetch, everyMs, wait, over, onAnswer }: Pace): Fetch {
  let isFirst = true;
  return async (request) => {
    over.throwIfAborted();
    if (!isFirst) await wait(everyMs, over);
    isFirst = false;
    request.headers.set("User-Agent", USER_AGENT);
    const response = await fetch(request);
    onAnswer(response);
    return response;
  };
}
