import type { Context } from "./context";
import type { Logger } from "./logger";

/**
 * Work that an answer does not wait for, because the time it takes would tell what the answer must not. It is kept count of: a
 * process that stops, and a function that is frozen once it has answered, wait for it.
 */
export class Background {
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly logger: Logger) {}

  /** @param fault what the log says where the work fails, as nobody else is told */
  run({ requestId }: Pick<Context, "requestId">, fault: string, work: () => Promise<unknown>): void {
    const running = work()
      .then(() => undefined)
      .catch((error: unknown) => this.logger.error({ err: error, requestId }, fault))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Waits until nothing runs any more, what is begun meanwhile included. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
