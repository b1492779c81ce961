import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { Mount } from "@test/support/mounts";
import type { ProblemCode } from "@/contracts/problems";

/** What callers ask for, in turn; `path` is below `/api/v1`. */
export interface Ask {
  method: "GET" | "POST";
  path: string;
  key: string;
  /** Made anew for each call, and sent as JSON. */
  body?: () => unknown;
}

/** A call as its caller saw it. */
export interface Told {
  method: Ask["method"];
  key: string;
  /** 0: the connection ended without an answer. */
  status: number;
  code: ProblemCode | null;
  retryAfter: string | null;
  requestId: string | null;
  /** Whether the limit was decided by what all processes share. */
  shared: boolean;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
}

interface Callers {
  /** Each has one call at a time, on a connection that it keeps. */
  callers: number;
  /** All of them together. As many as there can be, unless given. */
  perSecond?: number;
}

/** Calls of a process without a pause, or at a rate, until it is told to stop. */
export class Traffic {
  readonly told: Told[] = [];
  readonly #agent: Agent;
  readonly #all: Promise<unknown>;
  #stopped = false;
  #next = 0;

  constructor(
    private readonly mount: Pick<Mount, "url">,
    private readonly asks: readonly Ask[],
    { callers, perSecond = Number.POSITIVE_INFINITY }: Callers,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: callers });
    const everyMs = (1_000 * callers) / perSecond;
    this.#all = Promise.all(Array.from({ length: callers }, (_, at) => this.#call(everyMs, at / callers)));
  }

  /** Those that started at or after an instant, in the order of their answers. */
  since(startedAt: number): Told[] {
    return this.told.filter((told) => told.startedAt >= startedAt);
  }

  /** Resolves when the last call has its answer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#all;
    this.#agent.destroy();
  }

  async #call(everyMs: number, phase: number): Promise<void> {
    let due = performance.now() + phase * everyMs;
    while (!this.#stopped) {
      const early = due - performance.now();
      if (early > 0) await pause(early);
      const ask = this.asks[this.#next++ % this.asks.length];
      if (ask) this.told.push(await this.#ask(ask));
      // Who has waited for an answer makes up for nothing.
      due = Math.max(due + everyMs, performance.now());
    }
  }

  async #ask({ method, path, key, body }: Ask): Promise<Told> {
    const startedAt = Date.now();
    const payload = body ? JSON.stringify(body()) : "";
    const headers = {
      authorization: `Bearer ${key}`,
      ...(payload && { "content-type": "application/json", "content-length": Buffer.byteLength(payload) }),
    };
    const answer = await new Promise<IncomingMessage | null>((resolve) => {
      const call = request(`${this.mount.url}/api/v1${path}`, { method, headers, agent: this.#agent });
      call.once("response", resolve).once("error", () => resolve(null));
      call.end(payload);
    });
    const content = answer && (await text(answer).catch(() => null));
    const header = (name: string) => (content === null ? null : (answer?.headers[name]?.toString() ?? null));
    const isProblem = header("content-type") === "application/problem+json";
    return {
      method,
      key,
      status: content === null ? 0 : (answer?.statusCode ?? 0),
      code: isProblem ? JSON.parse(content ?? "").code : null,
      retryAfter: header("retry-after"),
      requestId: header("x-request-id"),
      shared: header("ratelimit") !== null,
      startedAt,
      endedAt: Date.now(),
    };
  }
}
