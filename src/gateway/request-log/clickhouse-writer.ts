import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { MIB } from "@/contracts/bounds";
import { MINUTE_MS } from "@/contracts/durations";
import type { ClickHouse } from "@/server/clickhouse/connection";
import { clickHouseCode, isRefusedAsData } from "@/server/clickhouse/errors";
import { CREATE_REQUESTS, REQUESTS_TABLE } from "@/server/clickhouse/requests-table";
import type { Clock } from "@/server/core/clock";
import type { Logger } from "@/server/core/logger";
import { within } from "@/server/core/within";

/** ClickHouse wants few large inserts: a block goes out so long after its first row, or as soon as it is so large. */
const SEND_AFTER_MS = 1_000;
const BLOCK_ROWS = 10_000;
/** Characters. */
const BLOCK_TEXT = 16 * MIB;

/** Before what could not be sent is sent again: doubled each time, up to the second. */
const FIRST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 30_000;

/** For what is held at the end of the process, of the time that a stop gives the log. */
const LAST_MS = 3_000;

/** So many parts of a block are divided further. Where more are refused it is not a row that does not fit, but the table. */
const MAX_DIVISIONS = 60;

/** How much is held while ClickHouse is away or slow; what comes beyond is dropped and counted. */
interface Bounds {
  rows: number;
  /** Characters of their lines. */
  text: number;
}

const BOUNDS: Bounds = { rows: 200_000, text: 128 * MIB };

/** Rows that are inserted together: formatted once, so that a second attempt sends the very same ones under the same token. */
interface Block {
  lines: readonly string[];
  token: string;
  /** Of the block that it is a part of, and all its other parts. */
  divisions: { left: number };
}

const newBlock = (lines: readonly string[], divisions: Block["divisions"]): Block => ({
  lines,
  token: randomUUID(),
  divisions,
});

/** What became of rows, and how many wait. */
export interface ClickHouseStats {
  queued: number;
  written: number;
  /** There was no room for them. */
  dropped: number;
  /** ClickHouse did not take them as data. */
  refused: number;
  /** Attempts that failed, and were or will be repeated. */
  failures: number;
}

/**
 * Sends the log's rows to ClickHouse, once Postgres has them. Nothing waits for it: rows are left here, in a bounded queue,
 * and sent one block at a time. What could not be sent is kept and sent again.
 */
export class ClickHouseWriter {
  /** Of the rows that are held, those that are in no block yet. */
  #waiting: string[] = [];
  /** The first is being sent. Usually one at most; more where one was divided. */
  #blocks: Block[] = [];
  #held = { rows: 0, text: 0 };
  #taken = 0;
  #timer: NodeJS.Timeout | null = null;
  #step: Promise<boolean> | null = null;
  #running = false;
  #failuresInARow = 0;
  #hasTable = false;
  readonly #closed = new AbortController();
  #stats = { written: 0, dropped: 0, refused: 0, failures: 0 };
  readonly #tellDropped: Teller;
  readonly #tellRefused: Teller;
  readonly #tellFailed: Teller;

  constructor(
    private readonly parts: { clickhouse: ClickHouse; clock: Clock; logger: Logger },
    private readonly bounds: Bounds = BOUNDS,
  ) {
    const { clock, logger } = parts;
    this.#tellDropped = new Teller(clock, (rows) =>
      logger.error({ rows }, "Rows of the log were dropped before ClickHouse: more waited than are held"),
    );
    this.#tellRefused = new Teller(clock, (rows, code) =>
      logger.error({ rows, code }, "Rows of the log were refused by ClickHouse, and are not there"),
    );
    this.#tellFailed = new Teller(clock, (attempts, code) =>
      logger.warn(
        { code, attempts, queued: this.#held.rows },
        "ClickHouse does not take the log; what waits is kept and sent again",
      ),
    );
  }

  get stats(): ClickHouseStats {
    return { queued: this.#held.rows, ...this.#stats };
  }

  /** Makes the table where there is none, at a start, so that what stands in the way is told then. Never rejects. */
  async prepare(): Promise<void> {
    await this.#makeTable().catch((error: unknown) => this.#tellFailed.add(1, clickHouseCode(error)));
  }

  /** Takes rows that Postgres has. Returns at once. */
  take(lines: readonly string[]): void {
    const text = lengthOf(lines);
    const { rows: mostRows, text: mostText } = this.bounds;
    if (this.#held.rows + lines.length > mostRows || this.#held.text + text > mostText) {
      this.#stats.dropped += lines.length;
      this.#tellDropped.add(lines.length);
      return;
    }
    this.#waiting.push(...lines);
    this.#taken += lines.length;
    this.#held.rows += lines.length;
    this.#held.text += text;
    if (this.#isDue && !this.#running && this.#failuresInARow === 0) void this.#run();
    else this.#runIn(SEND_AFTER_MS);
  }

  /** Sends what was taken so far. @returns whether ClickHouse has it; false when an attempt has failed, which will be repeated */
  async flush(): Promise<boolean> {
    const target = this.#taken;
    while (this.#taken - this.#held.rows < target) if (!(await this.#next())) return false;
    return true;
  }

  /** For the end of the process: flushes, and insists for three seconds. Then the server's log has the number of lost rows. */
  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const end = performance.now() + LAST_MS;
    const left = () => Math.max(end - performance.now(), 0);
    for (let wait = FIRST_PAUSE_MS; this.#held.rows > 0 && left() > 0; wait *= 2) {
      const sent = await within(left(), this.flush()).catch(() => false);
      if (!sent) await pause(Math.min(wait, left()));
    }
    this.#closed.abort();
    this.#stopTimer();
    await this.#step;
    for (const teller of [this.#tellDropped, this.#tellRefused]) teller.tell();
    if (this.#held.rows === 0) return;
    this.parts.logger.error(
      { rows: this.#held.rows },
      "Rows of the log could not be sent to ClickHouse, and are not there; docs/operations.md says how to fill the gap",
    );
  }

  get #isDue(): boolean {
    return this.#waiting.length >= BLOCK_ROWS || this.#held.text >= BLOCK_TEXT;
  }

  /** Sends what is due; the rest has time to become more. */
  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#stopTimer();
    let sent = true;
    do sent = await this.#next();
    while (sent && (this.#blocks.length > 0 || this.#isDue));
    this.#running = false;
    if (!sent) this.#runIn(Math.min(FIRST_PAUSE_MS * 2 ** (this.#failuresInARow - 1), MOST_PAUSE_MS));
    else if (this.#held.rows > 0) this.#runIn(SEND_AFTER_MS);
  }

  /** One at a time, whoever asks. */
  #next(): Promise<boolean> {
    this.#step ??= this.#sendNext().finally(() => {
      this.#step = null;
    });
    return this.#step;
  }

  /** @returns whether it is there, or cannot be; false when it is to be sent again */
  async #sendNext(): Promise<boolean> {
    const block = this.#blocks[0] ?? this.#nextBlock();
    if (block.lines.length === 0) return true;
    this.#blocks[0] = block;
    try {
      await this.#makeTable();
      await this.parts.clickhouse.insert(
        REQUESTS_TABLE,
        block.lines.join("\n"),
        block.token,
        this.#closed.signal,
      );
    } catch (error) {
      // Ours, at the end of the process.
      if (this.#closed.signal.aborted) return false;
      const code = clickHouseCode(error);
      if (isRefusedAsData(error)) {
        this.#divide(block, code);
        return true;
      }
      this.#stats.failures++;
      this.#failuresInARow++;
      // Somebody may have dropped it.
      this.#hasTable = false;
      this.#tellFailed.add(1, code);
      return false;
    }
    if (this.#failuresInARow > 0) this.parts.logger.info("ClickHouse takes the log again");
    this.#failuresInARow = 0;
    this.#release(block, "written");
    return true;
  }

  #nextBlock(): Block {
    let rows = 0;
    for (let text = 0; rows < BLOCK_ROWS && text < BLOCK_TEXT; rows++) {
      const line = this.#waiting[rows];
      if (line === undefined) break;
      text += line.length;
    }
    return newBlock(this.#waiting.splice(0, rows), { left: MAX_DIVISIONS });
  }

  /** To find the one row that ClickHouse does not take. */
  #divide(block: Block, code: string): void {
    const { lines, divisions } = block;
    if (lines.length === 1 || divisions.left === 0) {
      this.#release(block, "refused");
      this.#tellRefused.add(lines.length, code);
      return;
    }
    divisions.left--;
    const middle = Math.ceil(lines.length / 2);
    const halves = [lines.slice(0, middle), lines.slice(middle)].map((half) => newBlock(half, divisions));
    this.#blocks.splice(0, 1, ...halves);
  }

  #release({ lines }: Block, outcome: "written" | "refused"): void {
    this.#blocks.shift();
    this.#stats[outcome] += lines.length;
    this.#held.rows -= lines.length;
    this.#held.text -= lengthOf(lines);
  }

  async #makeTable(): Promise<void> {
    if (this.#hasTable) return;
    try {
      await this.parts.clickhouse.command(CREATE_REQUESTS, this.#closed.signal);
    } catch (error) {
      // A login that may insert alone: whether somebody has made the table for it, the insert tells.
      if (clickHouseCode(error) !== "ACCESS_DENIED") throw error;
    }
    this.#hasTable = true;
  }

  #runIn(milliseconds: number): void {
    if (this.#closed.signal.aborted) return;
    this.#timer ??= setTimeout(() => void this.#run(), milliseconds).unref();
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** Counts what is to be told, and tells it once a minute at most: an outage must not fill the server's log. */
class Teller {
  #untold = 0;
  #code = "";
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly say: (count: number, code: string) => void,
  ) {}

  add(count: number, code = ""): void {
    this.#untold += count;
    this.#code = code;
    if (this.clock.now().getTime() - this.#toldAt >= MINUTE_MS) this.tell();
  }

  /** What is not told yet. */
  tell(): void {
    if (this.#untold === 0) return;
    this.say(this.#untold, this.#code);
    this.#untold = 0;
    this.#toldAt = this.clock.now().getTime();
  }
}

const lengthOf = (lines: readonly string[]) => lines.reduce((length, line) => length + line.length, 0);
