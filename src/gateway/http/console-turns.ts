import type { IncomingMessage, ServerResponse } from "node:http";
import { MAX_STRANGER_REST_MS, MAX_STRANGER_TURN_MS, STRANGER_REST } from "@/contracts/bounds";
import { MINUTE_MS } from "@/contracts/durations";
import { addressNetwork } from "@/server/core/addresses";
import type { Clock } from "@/server/core/clock";
import type { Runtime } from "@/server/runtime/runtime";
import type { Listener } from "./server";

/** For how long a session that was found to count is not asked for again, in milliseconds. */
const REMEMBERED_MS = MINUTE_MS;

/** Sessions that are remembered: more than there are administrators. Beyond it the oldest is asked for again. */
const MAX_REMEMBERED = 1_000;

/** What tells administrators from strangers. */
export interface SessionCheck {
  /** What a request has in its session cookie, whatever that is worth; null without one. */
  cookieOf(request: IncomingMessage): string | null;
  /** Whether somebody who is signed in has sent it. */
  isSignedIn(request: IncomingMessage): Promise<boolean>;
}

/**
 * Lets the console work for one stranger at a time. One of its pages takes the process' only thread for some ten
 * milliseconds, a call of the API for a fraction of one: a few connections that ask for pages without a pause, or for odd
 * paths, would make each step of every key's calls wait for all of them. After each turn strangers rest for three times
 * as long, so that a call that has waited once is done before the next. Networks take turns, so that who has a thousand
 * connections does not keep others from signing in. Nobody is refused, and who is signed in does not wait.
 */
export function oneStrangerAtATime(
  { addressOf, clock, metrics }: Pick<Runtime, "addressOf" | "metrics"> & { clock: Clock },
  { cookieOf, isSignedIn }: SessionCheck,
  listener: Listener,
): Listener {
  const turns = new Turns();
  const remembered = new Map<string, number>();
  metrics?.gauge(
    {
      name: "keyward_console_waiting_requests",
      help: "Requests to the console of strangers, which wait for their turn",
    },
    () => turns.waiting,
  );

  const serveInTurn = (request: IncomingMessage, response: ServerResponse, leave: () => void) => {
    // An answer that takes longer waits for something else than the processor: for a database, or a reader without haste.
    const overdue = setTimeout(leave, MAX_STRANGER_TURN_MS);
    for (const event of ["prefinish", "close"])
      response.once(event, () => {
        clearTimeout(overdue);
        leave();
      });
    listener(request, response);
  };

  return (request, response) => {
    const cookie = cookieOf(request);
    if (cookie && (remembered.get(cookie) ?? 0) > clock.now().getTime()) {
      metrics?.consoleSignedIn();
      return listener(request, response);
    }
    const arrivedMs = performance.now();
    const address = addressOf(request.socket.remoteAddress, request.headers["x-forwarded-for"]?.toString());
    const network = (address && addressNetwork(address)) ?? "";
    turns.take(network, async (leave) => {
      // Gone while it waited: a page for nobody is work for nothing.
      if (response.destroyed) return leave();
      // In its turn as well, or cookies that somebody makes up would be as many look-ups. Where the database does not answer
      // the page says so itself.
      const signedIn = cookie !== null && (await isSignedIn(request).catch(() => false));
      if (!signedIn) {
        metrics?.consoleStranger((performance.now() - arrivedMs) / 1_000);
        return serveInTurn(request, response, leave);
      }
      metrics?.consoleSignedIn();
      remembered.delete(cookie);
      remembered.set(cookie, clock.now().getTime() + REMEMBERED_MS);
      const [oldest] = remembered.keys();
      if (oldest && remembered.size > MAX_REMEMBERED) remembered.delete(oldest);
      leave();
      listener(request, response);
    });
  };
}

type Start = (leave: () => void) => void;

/** One turn at a time; groups in turn, and first come, first served within one. */
class Turns {
  /** What waits, by group; the group whose turn is next stands first. */
  readonly #waiting = new Map<string, Start[]>();
  #taken = false;

  /** What waits, of all groups. */
  get waiting(): number {
    return [...this.#waiting.values()].reduce((total, { length }) => total + length, 0);
  }

  /** @param start called when the turn has come; it has to call `leave`, of which the first call counts */
  take(group: string, start: Start): void {
    const others = this.#waiting.get(group);
    if (others) others.push(start);
    else this.#waiting.set(group, [start]);
    if (!this.#taken) this.#next();
  }

  #next(): void {
    const [first] = this.#waiting;
    this.#taken = first !== undefined;
    if (!first) return;
    const [group, queue] = first;
    const start = queue.shift();
    this.#waiting.delete(group);
    if (queue.length > 0) this.#waiting.set(group, queue);
    const startedMs = performance.now();
    let left = false;
    start?.(() => {
      if (left) return;
      left = true;
      const rest = STRANGER_REST * (performance.now() - startedMs);
      setTimeout(() => this.#next(), Math.min(rest, MAX_STRANGER_REST_MS));
    });
  }
}
