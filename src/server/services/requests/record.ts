import type { RecorderFigures } from "@/contracts/requests";
import { type RequestLogSettings, requestLogSchema } from "@/contracts/settings";
import { AppError } from "@/server/core/errors";
import { errorCode } from "@/server/db/errors";
import { GATEWAY_LIMITS } from "@/server/db/time-limits";
import { readRequestLogSettings } from "../settings";
import { type Batch, BatchWriter, type WriterParts } from "./batch-writer";
import type { LoggedCall } from "./rows";

/** A batch is written this long after its first call, or as soon as there are so many. */
const FLUSH_AFTER_MS = 200;
const FLUSH_AT = 1_000;
/** Of what has gathered while a batch was being written, so many make the next one: less work per call. */
const MAX_BATCH = 4_000;
const RETRY_AFTER_MS = 1_000;
/** Attempts at the end of the process, when there is no later. */
const LAST_ATTEMPTS = 5;
const SETTINGS_AGE_MS = 5_000;

/** How much is held before new calls have to wait: a slow database is to cost time, not rows and not memory. */
interface Bounds {
  calls: number;
  /** What calls bring along where bodies are kept, in characters. */
  text: number;
  /** For how long a call waits for room before it is turned away. */
  waitMs: number;
}

const BOUNDS: Bounds = { calls: 20_000, text: 64 * 1_048_576, waitMs: 5_000 };

/**
 * The request log's writer. A call leaves its facts here and goes on; formatting, redacting and writing come later, in
 * batches, one at a time. What could not be written is kept and tried again.
 */
export class RequestRecorder {
  /** Since when it counts. */
  readonly since: Date;
  readonly #writer: BatchWriter;
  #waiting: LoggedCall[] = [];
  /** In hand: usually one at most. */
  #batches: Batch[] = [];
  #text = 0;
  #timer: NodeJS.Timeout | null = null;
  #step: Promise<boolean> | null = null;
  #flushing = false;
  #failing = false;
  #room: { promise: Promise<void>; open: () => void } | null = null;
  #keeps: RequestLogSettings = requestLogSchema.parse({});
  #settings: { readAt: number; read: Promise<void> } | null = null;
  #recorded = 0;
  #figures = { written: 0, waited: 0, turnedAway: 0, refused: 0 };

  constructor(
    private readonly parts: WriterParts,
    private readonly bounds: Bounds = BOUNDS,
  ) {
    this.#writer = new BatchWriter(parts);
    this.since = parts.clock.now();
  }

  get figures(): RecorderFigures {
    return { held: this.#held, ...this.#figures };
  }

  /** Whether the last attempt at writing failed, and will be repeated. */
  get isFailing(): boolean {
    return this.#failing;
  }

  /** So many calls may be held before new ones wait; fewer where they bring bodies along. */
  get capacity(): number {
    return this.bounds.calls;
  }

  /** What calls are to bring along beyond their facts, as the settings said a few seconds ago at most. */
  get keeps(): RequestLogSettings {
    return this.#keeps;
  }

  /**
   * Asked before a call is served: null where there is room for it, which is nearly always; otherwise what to wait for.
   * It rejects with AppError unavailable when there was no room for too long.
   */
  room(): Promise<void> | null {
    // The very first call waits for the settings: a serverless function may never see a second one.
    if (!this.#settings) return this.#readSettings();
    return this.#isFull ? this.#waitForRoom() : null;
  }

  /** Takes a call that was answered. Returns at once. */
  record(call: LoggedCall): void {
    this.#waiting.push(call);
    this.#recorded++;
    this.#text += textOf(call);
    if (this.#waiting.length >= FLUSH_AT && !this.#flushing && !this.#failing) void this.flush();
    else this.#flushIn(FLUSH_AFTER_MS);
  }

  /** Resolves when all calls recorded so far are in the database, or an attempt has failed, which will be repeated. */
  async flush(): Promise<void> {
    this.#stopTimer();
    this.#flushing = true;
    const target = this.#recorded;
    while (this.#recorded - this.#held < target) {
      this.#step ??= this.#writeNext().finally(() => {
        this.#step = null;
      });
      if (!(await this.#step)) break;
    }
    this.#flushing = false;
  }

  /** For the end of the process: flushes, and insists. If all attempts fail, the server's log has the number of lost calls. */
  async close(attempts = LAST_ATTEMPTS): Promise<void> {
    for (let attempt = 1; attempt <= attempts && this.#held > 0; attempt++) {
      if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      await this.flush();
    }
    this.#stopTimer();
    if (this.#held === 0) return;
    this.parts.logger.error(
      { calls: this.#held },
      "Calls could not be written to the request log and are lost",
    );
  }

  get #held(): number {
    return this.#recorded - this.#figures.written - this.#figures.refused;
  }

  get #isFull(): boolean {
    return this.#held >= this.bounds.calls || this.#text >= this.bounds.text;
  }

  /** @returns whether it was written, or cannot be; false when it is to be tried again */
  async #writeNext(): Promise<boolean> {
    await this.#readSettings();
    const batch = this.#batches[0] ?? { calls: this.#waiting.splice(0, MAX_BATCH) };
    this.#batches[0] = batch;
    const outcome = await this.#writer.write(batch);
    this.#failing = outcome === "failed";
    if (outcome === "failed") {
      this.#stopTimer();
      this.#flushIn(RETRY_AFTER_MS);
      return false;
    }
    this.#batches.shift();
    if (outcome === "refused" && batch.calls.length > 1) this.#batches.unshift(...halvesOf(batch));
    else this.#release(batch, outcome);
    return true;
  }

  #release({ calls }: Batch, outcome: "written" | "refused"): void {
    this.#figures[outcome] += calls.length;
    for (const call of calls) this.#text -= textOf(call);
    if (this.#isFull) return;
    this.#room?.open();
    this.#room = null;
  }

  async #waitForRoom(): Promise<void> {
    this.#figures.waited++;
    this.#room ??= newRoom();
    const { promise } = this.#room;
    let timer: NodeJS.Timeout | undefined;
    const inVain = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#figures.turnedAway++;
        reject(
          new AppError("unavailable", "The request log cannot be written at the moment.", { retryAfter: 5 }),
        );
      }, this.bounds.waitMs);
    });
    try {
      await Promise.race([promise, inVain]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reads the settings again where they are old. What cannot be read stays as it was. */
  #readSettings(): Promise<void> {
    const now = this.parts.clock.now().getTime();
    if (this.#settings && Math.abs(now - this.#settings.readAt) < SETTINGS_AGE_MS) return this.#settings.read;
    const { databases, logger } = this.parts;
    const read = readRequestLogSettings({
      principal: { kind: "system", name: "request log" },
      // On the log's own pool: a busy console must not hold up the log, nor the call that waits for this.
      databases: { ...databases, owner: databases.records },
      limits: GATEWAY_LIMITS,
    }).then(
      (settings) => {
        this.#keeps = settings;
      },
      (error: unknown) =>
        logger.warn({ reason: errorCode(error) }, "Could not read what the request log is to keep"),
    );
    this.#settings = { readAt: now, read };
    return read;
  }

  #flushIn(milliseconds: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), milliseconds).unref();
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function newRoom(): { promise: Promise<void>; open: () => void } {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** To find the one row that Postgres does not take. */
function halvesOf({ calls }: Batch): Batch[] {
  const middle = Math.ceil(calls.length / 2);
  return [{ calls: calls.slice(0, middle) }, { calls: calls.slice(middle) }];
}

function textOf({ requestBody, responseBody, problem }: LoggedCall): number {
  return (requestBody?.text?.length ?? 0) + (responseBody?.text?.length ?? 0) + (problem?.length ?? 0);
}
