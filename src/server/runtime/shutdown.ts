import type { Logger } from "@/server/core/logger";
import { within } from "@/server/core/within";

/** For the whole stop, whatever hangs: `docker stop` kills after 10 s. */
const STOP_MS = 8_000;

/** For that of a worker, so that its primary has time left to stop the embedded Postgres. */
export const WORKER_STOP_MS = 7_000;

/**
 * A signal that comes again so soon is the same one: Ctrl-C reaches every process of the terminal, and npm hands it on to
 * us once more. Taken for impatience, it lost calls that had been answered.
 */
const SAME_SIGNAL_MS = 1_000;

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Something that was opened and has to be closed. */
interface Part {
  /** For the log. */
  name: string;
  close: () => Promise<void>;
  /** How long its closing may take, in milliseconds; then it is cut, or left behind where it cannot be. */
  patience: number;
  /** Ends it without waiting. */
  cut?: () => void;
}

/** The process is asked to stop while it starts. */
export class StoppingError extends Error {
  override name = "StoppingError";
}

/**
 * The one way in which a server process ends, whatever ends it: a signal, a fault, a start that fails. Parts are closed in
 * the reverse order of their opening, so that calls are answered before the log is written, and the log is written before
 * its Postgres stops.
 */
export class Shutdown {
  readonly #parts: Part[] = [];
  #opening: Promise<unknown> = Promise.resolve();
  #cut: (() => void) | undefined;
  #stop: { at: number; code: number } | null = null;

  constructor(
    private readonly logger: Logger,
    private readonly exit: (code: number) => void = process.exit,
    private readonly stopMs = STOP_MS,
  ) {}

  /** From the first word of a stop on. */
  get isStopping(): boolean {
    return this.#stop !== null;
  }

  /** From here on signals and faults that nothing catches end the process in order: also while it starts. */
  listen(): void {
    for (const signal of SIGNALS) process.on(signal, () => this.ask(signal));
    process.on("uncaughtException", (error) => {
      this.logger.fatal({ err: error }, "A fault that nothing caught ends this process");
      void this.stop(1);
    });
  }

  /**
   * Opens a part, to be closed before all that were opened before it.
   * @throws StoppingError where the process is being stopped; what `open` throws
   */
  async open<Opened>(
    { name, patience, open }: { name: string; patience: number; open: () => Promise<Opened> },
    close: (opened: Opened) => Promise<void>,
    cut?: (opened: Opened) => void,
  ): Promise<Opened> {
    if (this.#stop) throw new StoppingError();
    const opening = open().then((opened) => {
      this.#parts.push({
        name,
        patience,
        close: () => close(opened),
        ...(cut && { cut: () => cut(opened) }),
      });
      return opened;
    });
    // A stop waits for it: half opened it could not be closed.
    this.#opening = opening.catch(() => undefined);
    const opened = await opening;
    if (this.#stop) throw new StoppingError();
    return opened;
  }

  /** A signal. */
  ask(signal: NodeJS.Signals): void {
    if (!this.#stop) return void this.stop(0);
    if (performance.now() - this.#stop.at < SAME_SIGNAL_MS) return;
    this.logger.warn({ signal }, "Asked again to stop: what is under way is not waited for");
    this.#cut?.();
  }

  /** Closes everything and ends the process. @param code its exit code; 1 wins where it is asked for twice */
  async stop(code: number): Promise<void> {
    if (this.#stop) {
      this.#stop.code ||= code;
      return;
    }
    const stop = { at: performance.now(), code };
    this.#stop = stop;
    const late = setTimeout(() => {
      this.logger.error(`Not everything could be closed within ${this.stopMs / 1_000} s`);
      this.exit(1);
    }, this.stopMs);
    await this.#opening;
    for (let part = this.#parts.pop(); part; part = this.#parts.pop()) {
      if (!(await this.#close(part))) stop.code ||= 1;
    }
    clearTimeout(late);
    this.exit(stop.code);
  }

  /** @returns whether it closed as it should */
  async #close({ name, close, patience, cut }: Part): Promise<boolean> {
    const closed = close().then(
      () => true,
      (error: unknown) => {
        this.logger.error({ err: error, part: name }, "Could not be closed cleanly");
        return false;
      },
    );
    this.#cut = cut;
    try {
      return await within(patience, closed);
    } catch {
      // Not in time: what closing throws is caught above.
    }
    this.logger.warn({ part: name, afterMs: patience }, "Takes too long to close; it is cut off");
    cut?.();
    return cut ? closed : false;
  }
}
