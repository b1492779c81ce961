import { MIB } from "@/contracts/bounds";
import { LOG_DETAIL, type LogDetail, type LogState, type RequestLogStats } from "@/contracts/requests";
import { errorCode } from "@/server/database/errors";
import { Capacity } from "./capacity";
import { clickHouseLine } from "./clickhouse-rows";
import { ClickHouseWriter } from "./clickhouse-writer";
import { LogCounter } from "./log-counter";
import { LogLimits } from "./log-limits";
import { UsageTotals } from "./roll-up";
import { entryOf, type LogEntry, type LoggedCall, problemOf, textOf } from "./rows";
import { NO_ROW, type Sampled, StrangerSampler, WHOLE_ROW } from "./stranger-sampler";
import { type Batch, BatchWriter, partsOf, type RequestLogParts } from "./writer";

/** A batch is written this long after its first call, or as soon as there are so many. */
const FLUSH_AFTER_MS = 200;
const FLUSH_AT = 1_000;
/** Of what has gathered while a batch was being written, so many make the next one: less work per call. */
const MAX_BATCH = 4_000;
const RETRY_AFTER_MS = 1_000;
/** Attempts at the end of the process, when there is no later. */
const LAST_ATTEMPTS = 5;

/** How much is held before new calls have to wait: a slow database is to cost time, not rows and not memory. */
interface Bounds {
  calls: number;
  /** What rows have of bodies and of the words of refusals, in characters. */
  text: number;
  /** For how long a call waits for room before it is turned away. */
  waitMs: number;
}

const NO_EXTRAS = { headers: false, bodies: false } as const;
/** A row that stands for many brings nothing along. */
const NOTHING_MORE = { requestHeaders: undefined, requestBody: undefined, responseBody: undefined } as const;

const BOUNDS: Bounds = { calls: 20_000, text: 64 * MIB, waitMs: 5_000 };

/**
 * The request log's writer. A call leaves its facts here and goes on. Its row is formed and redacted once the answers of this turn
 * of the loop are out, and written with others, one batch at a time. What could not be written is kept and tried again.
 */
export class RequestLog {
  /** Since when it counts. */
  readonly since: Date;
  /** The second writer; null where there is no ClickHouse. */
  readonly clickhouse: ClickHouseWriter | null;
  readonly #writer: BatchWriter;
  readonly #limits: LogLimits;
  readonly #counter: LogCounter;
  readonly #sampler = new StrangerSampler();
  /** Of this turn of the loop, without a row yet. */
  #arrived: LoggedCall[] = [];
  #forming: NodeJS.Immediate | null = null;
  #waiting: LogEntry[] = [];
  /** Those that are to have no row. They are not held, so that strangers cannot fill the room that calls wait for. */
  #counted = new UsageTotals();
  /** In hand: usually one at most. */
  #batches: Batch[] = [];
  #text = 0;
  #timer: NodeJS.Timeout | null = null;
  #step: Promise<boolean> | null = null;
  #flushing = false;
  #failing = false;
  readonly #capacity = new Capacity();
  #recorded = 0;
  #rowless = 0;
  #failures = 0;
  #stats = { written: 0, counted: 0, waited: 0, rejected: 0, refused: 0 };

  constructor(
    private readonly parts: RequestLogParts,
    private readonly bounds: Bounds = BOUNDS,
  ) {
    this.#writer = new BatchWriter(parts);
    this.#limits = new LogLimits(parts);
    this.#counter = new LogCounter(parts);
    const { clickhouse, clock, logger } = parts;
    this.clickhouse = clickhouse ? new ClickHouseWriter({ clickhouse, clock, logger }) : null;
    this.since = parts.clock.now();
  }

  get stats(): RequestLogStats {
    return { buffered: this.#buffered, ...this.#stats };
  }

  /** Whether the last attempt at writing failed, and will be repeated. */
  get isFailing(): boolean {
    return this.#failing;
  }

  /** Attempts at writing that failed, and were or will be repeated. */
  get failures(): number {
    return this.#failures;
  }

  /** So many calls may be held before new ones wait; fewer where they bring bodies along. */
  get capacity(): number {
    return this.bounds.calls;
  }

  /** What calls are to bring along beyond their facts, as the settings said a few seconds ago at most. */
  get keeps(): { headers: boolean; bodies: boolean } {
    return this.#keepsAtLeast("known_keys") ? this.#limits.settings : NO_EXTRAS;
  }

  /** What is kept at present, as measured a few seconds ago at most. */
  get state(): LogState {
    return this.#limits.state;
  }

  /** The same, measured anew where that is older. */
  async look(): Promise<LogState> {
    await this.#limits.refresh();
    return this.state;
  }

  /**
   * Asked before a call is served: null where there is room for it, which is nearly always; otherwise what to wait for.
   * It rejects with AppError unavailable when there was no room for too long.
   */
  waitForCapacity(): Promise<void> | null {
    // The very first call waits for the settings: a serverless function may never see a second one.
    if (!this.#limits.isKnown) return this.#limits.refresh();
    return this.#isFull ? this.#waitForSpace() : null;
  }

  /** Takes a call that was answered. Returns at once. */
  record(call: LoggedCall): void {
    this.#recorded++;
    const { row, ...sample } = this.#rowFor(call);
    if (row === "none") {
      this.#rowless++;
      this.#counted.add(call, call.code ?? problemOf(call)?.code);
      this.#flushIn(FLUSH_AFTER_MS);
      return;
    }
    const whole = row === "sample" ? { ...call, ...sample, ...NOTHING_MORE } : call;
    this.#arrived.push(this.#isForPostgres(call) ? whole : { ...whole, beyondBudget: true as const });
    this.#forming ??= setImmediate(() => this.#form());
  }

  /**
   * Resolves when all calls recorded so far are in the database, in the log and in the figures, or an attempt has failed,
   * which will be repeated.
   */
  async flush(): Promise<void> {
    await this.write();
    await this.#counter.finish();
  }

  /** The same, but for the figures, which follow by themselves or with the calls of another process. */
  async write(): Promise<void> {
    this.#stopTimer();
    this.#flushing = true;
    const target = this.#recorded;
    while (this.#recorded - this.#buffered < target) {
      this.#step ??= this.#writeNext().finally(() => {
        this.#step = null;
      });
      if (!(await this.#step)) break;
    }
    this.#flushing = false;
  }

  /**
   * For where the process may be frozen at any moment: what was recorded so far is in Postgres, and in ClickHouse where there
   * is one, or an attempt has failed.
   */
  async settle(): Promise<void> {
    await this.write();
    await this.clickhouse?.flush();
  }

  /** For the end of the process: flushes, and insists. If all attempts fail, the server's log has the number of lost calls. */
  async close(attempts = LAST_ATTEMPTS): Promise<void> {
    for (let attempt = 1; attempt <= attempts && this.#buffered > 0; attempt++) {
      if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      await this.flush();
    }
    await this.#counter.finish();
    this.#counter.stop();
    this.#stopTimer();
    await this.clickhouse?.close();
    if (this.#buffered === 0) return;
    this.parts.logger.error(
      { calls: this.#buffered },
      "Calls could not be written to the request log and are lost",
    );
  }

  get #buffered(): number {
    const { written, counted, refused } = this.#stats;
    return this.#recorded - written - counted - refused;
  }

  get #isFull(): boolean {
    return this.#buffered - this.#rowless >= this.bounds.calls || this.#text >= this.bounds.text;
  }

  #keepsAtLeast(least: LogDetail): boolean {
    return LOG_DETAIL.indexOf(this.state.keeps) <= LOG_DETAIL.indexOf(least);
  }

  /** Whether its row is for Postgres as well, where it has one. */
  #isForPostgres({ auth }: LoggedCall): boolean {
    return Boolean(auth?.key) || this.#keepsAtLeast("everything");
  }

  #rowFor(call: LoggedCall): Sampled {
    const { auth, address } = call;
    if (auth?.key) return WHOLE_ROW;
    if (!this.clickhouse && !this.#isForPostgres(call)) return NO_ROW;
    const { anonymousRowsPerMinute } = this.#limits.settings;
    return this.#sampler.next(this.parts.clock.now(), address, anonymousRowsPerMinute);
  }

  /** @returns whether it was written, or cannot be; false when it is to be tried again */
  async #writeNext(): Promise<boolean> {
    await this.#limits.refresh();
    const batch = this.#batches[0] ?? this.#nextBatch();
    this.#batches[0] = batch;
    const withRows = this.#keepsAtLeast("facts");
    const outcome = await this.#writer.write(batch, withRows);
    this.#failing = outcome === "failed";
    if (outcome === "failed") {
      this.#failures++;
      this.#stopTimer();
      this.#flushIn(RETRY_AFTER_MS);
      return false;
    }
    this.#batches.shift();
    if (outcome === "written") {
      if (withRows) this.#counter.countLater();
      // Also what Postgres has counted alone.
      const { requests = [], beyondBudget = [] } = batch.rows ?? {};
      this.clickhouse?.take([...requests, ...beyondBudget].map(clickHouseLine));
    }
    const parts = outcome === "refused" ? partsOf(batch) : [];
    if (parts.length > 0) this.#batches.unshift(...parts);
    else this.#release(batch, outcome === "written" && !withRows ? "counted" : outcome);
    return true;
  }

  #nextBatch(): Batch {
    // With as many as it takes there are rows enough: others are formed while Postgres takes these.
    if (this.#waiting.length < MAX_BATCH) this.#form();
    const batch = { entries: this.#waiting.splice(0, MAX_BATCH), counted: this.#counted };
    this.#counted = new UsageTotals();
    return batch;
  }

  #release({ entries, counted }: Batch, outcome: "written" | "counted" | "refused"): void {
    const rowless = entries.filter(({ beyondBudget }) => beyondBudget).length;
    this.#stats[outcome] += entries.length - rowless;
    this.#stats[outcome === "refused" ? "refused" : "counted"] += counted.calls + rowless;
    this.#rowless -= counted.calls;
    for (const entry of entries) this.#text -= textOf(entry);
    this.#openWhereRoom();
  }

  #openWhereRoom(): void {
    if (!this.#isFull) this.#capacity.open();
  }

  /** Forms the rows of calls that have arrived. */
  #form(): void {
    if (this.#forming === null) return;
    clearImmediate(this.#forming);
    this.#forming = null;
    for (const call of this.#arrived) this.#hold(call);
    this.#arrived = [];
    this.#openWhereRoom();
    if (this.#waiting.length >= FLUSH_AT && !this.#flushing && !this.#failing) void this.write();
    else this.#flushIn(FLUSH_AFTER_MS);
  }

  #hold(call: LoggedCall): void {
    try {
      const entry = entryOf(call);
      this.#waiting.push(entry);
      this.#text += textOf(entry);
    } catch (error) {
      // A fault of ours with one call, which must not end the process and all others with it.
      const { requestId } = call;
      this.parts.logger.error(
        { code: errorCode(error), requestId },
        "No row could be formed of a call for the request log",
      );
      this.#stats.refused++;
    }
  }

  async #waitForSpace(): Promise<void> {
    this.#stats.waited++;
    try {
      await this.#capacity.wait(this.bounds.waitMs);
    } catch (error) {
      this.#stats.rejected++;
      throw error;
    }
  }

  #flushIn(milliseconds: number): void {
    this.#timer ??= setTimeout(() => void this.write(), milliseconds).unref();
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
