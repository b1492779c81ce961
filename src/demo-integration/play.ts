import { setTimeout } from "node:timers/promises";
import { createClient, KeywardError, type Schemas } from "@/client";
import { reactionTo } from "./after-refusal";
import { pacedFetch, type Wait } from "./pace";
import { PARTS, type Part } from "./parts";
import { buyerOf, type Counts, type Shop } from "./shop";

export interface PlayOptions {
  /** The endpoint of the key's environment, such as `https://keyward.example.com/api/v1/production`. */
  baseUrl: string;
  apiKey: string;
  /** Pause before each call, in milliseconds. */
  everyMs: number;
  /** Ends after so many calls; null: only by the signal. */
  maxCalls: number | null;
  /** Ends the run, once the call under way is answered. */
  signal: AbortSignal;
  /** Told what happens, line by line. */
  tell(line: string): void;
  /** Default: by the clock. */
  wait?: Wait;
}

/** What a run did, and how it ended. */
export interface Played {
  key: Pick<Schemas["CallingKey"], "id" | "name" | "environment">;
  calls: number;
  done: Counts;
  /** What the key may not do. */
  leftOut: { part: string; code: string; missingPermissions: string[] }[];
  /** Why it ended before it was told to; null: it was told to. */
  failure: { code: string; detail: string } | null;
}

/** Times in a row that it finds the server away before it gives up, and the first pause, doubled with each, in milliseconds. */
const OUTAGE = { tries: 6, firstPauseMs: 2_000 };

/**
 * Plays a shop that sells software by Keyward, as a program elsewhere would: over HTTP, by `keyward/client` alone.
 * @throws KeywardError where the first call, which asks what the key is, is refused or not answered; the reason of the signal
 */
export async function playShop(options: PlayOptions): Promise<Played> {
  const { baseUrl, apiKey, everyMs, maxCalls, signal, tell, wait = waitByClock } = options;
  const enough = new AbortController();
  const over = AbortSignal.any([signal, enough.signal]);
  let calls = 0;
  const onAnswer = ({ status, headers }: Response) => {
    calls++;
    if (calls === maxCalls) enough.abort();
    if (status === 429) tell(`The key's limit is reached: ${headers.get("retry-after")} s to wait.`);
  };
  const keyward = createClient({
    baseUrl,
    apiKey,
    fetch: pacedFetch({ fetch: (request) => fetch(request), everyMs, wait, over, onAnswer }),
    wait: (milliseconds) => wait(milliseconds, over),
  });

  const { id, name, environment, permissions } = await keyward.get("/key");
  tell(`The key ${name} of ${environment} may: ${permissions.join(", ")}.`);
  const done: Counts = {
    customers: 0,
    licenses: 0,
    activations: 0,
    events: 0,
    jobs: 0,
    read: 0,
    refusals: 0,
  };
  const shop = { keyward, done, customers: new Map<string, string>(), sold: [], tell };
  const turns = new Turns(shop, over, wait);
  const failure = await turns.play();
  return { key: { id, name, environment }, calls, done, leftOut: turns.leftOut, failure };
}

/** Turn after turn of a run. */
class Turns {
  readonly leftOut: Played["leftOut"] = [];
  #parts = PARTS;
  #outages = 0;

  constructor(
    private readonly shop: Omit<Shop, "turn" | "buyer">,
    private readonly over: AbortSignal,
    private readonly wait: Wait,
  ) {}

  /** @returns why it ended before it was told to; null: it was told to */
  async play(): Promise<Played["failure"]> {
    for (let turn = 0; this.#parts.length > 0; turn++) {
      for (const part of this.#parts.filter(({ isDue }) => isDue(turn))) {
        const refusal = await this.#attempt(part, { ...this.shop, turn, buyer: buyerOf(turn) });
        if (this.over.aborted) return null;
        if (refusal === null) this.#outages = 0;
        else if (await this.#isEndedBy(refusal, part)) return failureOf(refusal);
      }
    }
    return { code: "permission_denied", detail: "The key may do nothing of what the shop does." };
  }

  /** @returns what it was refused with; null: it did its part, or the run is over */
  async #attempt(part: Part, shop: Shop): Promise<KeywardError | null> {
    try {
      await part.play(shop);
      return null;
    } catch (error) {
      if (this.over.aborted) return null;
      if (error instanceof KeywardError) return error;
      throw error;
    }
  }

  async #isEndedBy(refusal: KeywardError, part: Part): Promise<boolean> {
    const reaction = reactionTo(refusal.code);
    if (reaction === "pause") return this.#isAwayTooLong(refusal);
    this.#outages = 0;
    if (reaction === "leave out") this.#leaveOut(part, refusal);
    if (reaction === "go on") this.#forget(refusal);
    return reaction === "end";
  }

  async #isAwayTooLong({ message }: KeywardError): Promise<boolean> {
    this.#outages++;
    if (this.#outages === OUTAGE.tries) return true;
    const pauseMs = OUTAGE.firstPauseMs * 2 ** (this.#outages - 1);
    this.shop.tell(`${message} Again in ${pauseMs / 1_000} s.`);
    // It rejects where the run is over, which the next part finds out.
    await this.wait(pauseMs, this.over).catch(() => undefined);
    return false;
  }

  #leaveOut(part: Part, { code, problem }: KeywardError): void {
    const missingPermissions = problem?.missingPermissions ?? [];
    this.leftOut.push({ part: part.does, code, missingPermissions });
    this.#parts = this.#parts.filter((other) => other !== part);
    this.shop.tell(`${whyNot(missingPermissions)}: the shop does not ${part.does}.`);
  }

  /** An administrator may have changed or deleted what the shop remembers. */
  #forget({ message }: KeywardError): void {
    this.shop.customers.clear();
    this.shop.sold.length = 0;
    this.shop.tell(message);
  }
}

function failureOf({ code, message }: KeywardError): Played["failure"] {
  return { code, detail: message };
}

function whyNot(missingPermissions: readonly string[]): string {
  return missingPermissions.length > 0
    ? `The key lacks ${missingPermissions.join(" and ")}`
    : "The key is restricted to certain customers";
}

async function waitByClock(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal });
}
