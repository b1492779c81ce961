import { MINUTE_MS } from "@/contracts/durations";
import type { Logger } from "@/server/core/logger";

/** A worker that has lived so long was well; what ended it then is no fault of its start. Milliseconds. */
const STEADY_MS = MINUTE_MS;

/** Before the second try in a row, in milliseconds; twice as long before each further one. The first is made at once. */
const FIRST_PAUSE_MS = 500;

/** So often in a row a worker may end within {@link STEADY_MS}. One more, and the service manager is to see it. */
const MAX_EARLY_EXITS = 6;

/** How a process ended, as Node says it. */
export interface ProcessEnd {
  code: number | null;
  signal: string | null;
}

/** A process that serves. */
export interface WorkerProcess {
  /** Whether it came to serve; false where it ended before. */
  started: Promise<boolean>;
  ended: Promise<ProcessEnd>;
  /** Asks it to stop; asked again, it waits for nothing. */
  stop(): void;
}

/** Keeps so many workers running, until it is told to stop. */
export class WorkerPool {
  readonly #workers = new Map<number, WorkerProcess>();
  readonly #pauses = new Set<NodeJS.Timeout>();
  #isComplete = false;
  #isStopping = false;

  /**
   * @param parts.fork starts the worker of a number, from 1
   * @param parts.onCrashLoop called when a worker has ended again and again
   */
  constructor(
    private readonly parts: {
      size: number;
      fork: (worker: number) => WorkerProcess;
      logger: Logger;
      onCrashLoop: () => void;
    },
  ) {}

  /**
   * Starts the first, and the others once it serves: what is wrong with the settings is said once, and what is made at a
   * first start is made by one.
   * @returns false where the first ended before it served; it has said why
   */
  async start(): Promise<boolean> {
    if (!(await this.#start(1).started)) return false;
    this.#isComplete = true;
    for (let worker = 2; worker <= this.parts.size && !this.#isStopping; worker++) this.#start(worker);
    return true;
  }

  /** @throws Error where one of them did not end well */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const pause of this.#pauses) clearTimeout(pause);
    const workers = [...this.#workers.values()];
    this.hurry();
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    // One that was still loading has no handler for the signal yet, and nothing to close.
    const bad = ends.filter(({ code, signal }) => code !== 0 && signal !== "SIGTERM");
    if (bad.length > 0) throw new Error(`${bad.length} of ${ends.length} workers did not end well`);
  }

  /** Tells workers that were asked to stop to wait for nothing. */
  hurry(): void {
    for (const worker of this.#workers.values()) worker.stop();
  }

  #start(worker: number, earlyExits = 0): WorkerProcess {
    const startedMs = performance.now();
    const process = this.parts.fork(worker);
    this.#workers.set(worker, process);
    void process.ended.then((end) => {
      this.#workers.delete(worker);
      if (this.#isStopping || !this.#isComplete) return;
      const wasSteady = performance.now() - startedMs >= STEADY_MS;
      this.#replace(worker, end, wasSteady ? 0 : earlyExits + 1);
    });
    return process;
  }

  #replace(worker: number, end: ProcessEnd, earlyExits: number): void {
    const { logger, onCrashLoop } = this.parts;
    if (earlyExits > MAX_EARLY_EXITS) {
      logger.fatal({ worker, ...end }, "A worker ends again and again; this process ends with it");
      onCrashLoop();
      return;
    }
    const pauseMs = earlyExits < 2 ? 0 : FIRST_PAUSE_MS * 2 ** (earlyExits - 2);
    logger.error({ worker, ...end, pauseMs }, "A worker has ended; another takes its place");
    const pause = setTimeout(() => {
      this.#pauses.delete(pause);
      this.#start(worker, earlyExits);
    }, pauseMs);
    this.#pauses.add(pause);
  }
}
