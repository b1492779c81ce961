import { errorCode } from "@/server/database/errors";
import { countLog } from "@/server/services/usage";
import type { RequestLogParts } from "./writer";

/** The figures lag behind the log by so much: counted once for many batches, a call costs next to nothing. */
const COUNT_AFTER_MS = 5_000;

/** Has what is in the log counted into the figures (services/usage/count-log.ts), some seconds after it was written. */
export class LogCounter {
  /** Set while something may be in the log that is not in the figures. */
  #timer: NodeJS.Timeout | null = null;
  #counting: Promise<void> = Promise.resolve();

  constructor(private readonly parts: Pick<RequestLogParts, "databases" | "logger">) {}

  /** Something was written that is to be counted. */
  countLater(): void {
    this.#timer ??= setTimeout(() => void this.#count(COUNT_AFTER_MS), COUNT_AFTER_MS).unref();
  }

  /** Resolves when all that was written is counted, or an attempt has failed, which will be repeated. */
  async finish(): Promise<void> {
    await this.#counting;
    if (this.#timer) await this.#count(0);
  }

  /** What is not counted by then is counted by another process, or by maintenance. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** One after the other. What of other processes waits to be counted is counted along. */
  #count(leastAgeMs: number): Promise<void> {
    this.#counting = this.#counting.then(async () => {
      this.stop();
      try {
        if (await countLog(this.parts.databases.records, { leastAgeMs })) this.countLater();
      } catch (error) {
        this.parts.logger.warn({ code: errorCode(error) }, "Could not count the log; it is tried again");
        this.countLater();
      }
    });
    return this.#counting;
  }
}
