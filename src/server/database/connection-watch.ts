import { Socket } from "node:net";
import { unavailable } from "./errors";
import type { ServerWatch } from "./server-watch";
import type { TimeLimits } from "./time-limits";

/** Between two looks at the connections, in milliseconds. */
const LOOK_EVERY_MS = 250;

/**
 * Works under way or in line for each place of a pool. A database that does not answer must not gather a line that it
 * would still be busy with, for nobody, when it is back.
 */
const MAX_WORKS_PER_PLACE = 250;

/** For a connection to be made. Shorter than any caller waits, so that a call learns of an outage within its own time. */
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Between two attempts of one place of a pool to connect, in milliseconds. Where a server takes a connection and closes it
 * before it has said anything (a pooler without a database behind it), the driver (postgres 3.4.9) opens the next at once,
 * hundreds in a second.
 */
const ATTEMPT_EVERY_MS = 100;

/** Where the driver wants a connection to go. */
export interface Target {
  host: string[];
  port: number[];
  path: string | false;
}

/**
 * A connection that was not made, for the driver. It takes an error only from a socket that it has written to: given one
 * that failed before (postgres 3.4.9), it keeps its first bytes for ever, and that place of the pool never connects again.
 */
class RefusedSocket extends Socket {
  constructor(private readonly reason: Error) {
    super();
  }

  override write(): boolean {
    this.destroy(this.reason);
    return false;
  }
}

/** Beyond what a statement may take, in milliseconds: Postgres ends it by then, and a living connection says so. */
const GRACE_MS = 500;

/** An answer that takes longer is worth a question whether there are any, in milliseconds; nearly all are there sooner. */
const WONDER_AFTER_MS = 1_000;

/** What the last look at a connection found. */
interface Heard {
  /** Read until then. */
  bytes: number;
  /**
   * It said something at this time or later: the look before the one that saw it. Each pool looks at times of its own, so
   * the look that saw it would not do: what a connection said before it died would seem to be said after another's death.
   */
  heardAt: number;
  /** Written when something was last heard; null once it was asked more, or never said a word: it owes an answer. */
  written: number | null;
  /** From when on its silence counts. */
  at: number;
}

/** A piece of work on a pool: a statement, or a transaction. */
class Work {
  readonly startedAt = performance.now();
  /** Its place among the works of the watch; -1: it is over. */
  place = -1;
  #abandoned = false;

  constructor(readonly limits: TimeLimits) {}

  get isOverdue(): boolean {
    return performance.now() - this.startedAt > this.limits.answer;
  }

  /** Whoever asked has been told that there is no answer. */
  abandon(): void {
    this.#abandoned = true;
  }

  /**
   * For a transaction, before it begins and before it commits: what the caller was told did not happen must not happen.
   * @throws AppError unavailable
   */
  assertWanted(): void {
    if (this.#abandoned) throw noAnswer();
  }
}

/**
 * Gives up waiting for a database that does not answer, and ends connections on which nothing is heard any more.
 *
 * Postgres' own time-outs do not help against a Postgres that stands still, or a machine that is gone: TCP waits a
 * quarter of an hour for such a peer, and each of its calls would hold a place of the pool for as long.
 */
export class ConnectionWatch {
  readonly #heard = new Map<Socket, Heard>();
  /** In no order. A list, in which each knows its place: of a Set that changes with every statement, V8 keeps the former ones. */
  readonly #works: Work[] = [];
  readonly #maxWorks: number;
  /** When the latest attempts to connect began, one for each place, the oldest first. */
  readonly #attempts: number[] = [];
  #refused = 0;
  #unanswered = 0;
  #timer: NodeJS.Timeout | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param places of the pool
   * @param statementMs which a statement may take, where the work does not say otherwise
   */
  constructor(
    readonly places: number,
    private readonly statementMs: number,
    private readonly server: ServerWatch,
  ) {
    this.#maxWorks = places * MAX_WORKS_PER_PLACE;
  }

  /** Connections that are open, or being opened. */
  get connections(): number {
    return [...this.#heard.keys()].filter(({ destroyed }) => !destroyed).length;
  }

  /** Works under way or in line. */
  get works(): number {
    return this.#works.length;
  }

  /** Works that were turned away because too many waited. */
  get refused(): number {
    return this.#refused;
  }

  /** Works that had no answer in time. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Opens a connection for the driver (its option `socket`). */
  open({ host: [host], port: [port], path }: Target): Promise<Socket> {
    // On the socket is where the driver looks for the name that a certificate has to show.
    const socket = Object.assign(new Socket(), { host });
    // The end of a COPY is a message of its own, after the rows. Nagle's algorithm (RFC 896) would hold it back until those are
    // acknowledged, which a peer with nothing to say puts off for 40 ms: for each batch of the log.
    socket.setNoDelay();
    const now = performance.now();
    this.#heard.set(socket, { bytes: 0, heardAt: now, written: null, at: now });
    this.#timer ??= setInterval(() => setImmediate(() => this.#look()), LOOK_EVERY_MS).unref();
    return new Promise((resolve) => {
      const late = Object.assign(new Error("The connection was not made in time"), {
        code: "CONNECT_TIMEOUT",
      });
      const pauseMs = this.#pauseBeforeAttempt(now);
      const timer = setTimeout(() => socket.destroy(late), pauseMs + CONNECT_TIMEOUT_MS);
      let reason: Error = late;
      const note = (error: Error) => {
        reason = error;
      };
      const refuse = () => {
        clearTimeout(timer);
        resolve(new RefusedSocket(reason));
      };
      socket.once("error", note).once("close", refuse);
      socket.once("connect", () => {
        clearTimeout(timer);
        socket.off("error", note).off("close", refuse);
        resolve(socket);
      });
      const connect = () => {
        // The pool may have been stopped in the pause, and a socket that was destroyed would connect once more.
        if (!socket.destroyed) socket.connect(path ? { path } : { host, port: port ?? 0 });
      };
      if (pauseMs > 0) setTimeout(connect, pauseMs);
      else connect();
    });
  }

  #pauseBeforeAttempt(now: number): number {
    const before = this.#attempts.length < this.places ? undefined : this.#attempts.shift();
    const pauseMs = before === undefined ? 0 : Math.max(0, before + ATTEMPT_EVERY_MS - now);
    this.#attempts.push(now + pauseMs);
    return pauseMs;
  }

  /**
   * Runs a piece of work, for as long as its limits allow.
   * @param by when whoever asked will not wait any longer, by `performance.now()`
   * @throws AppError unavailable when there was no answer by then, or too much waits for the database already
   */
  answered<Result>(
    limits: TimeLimits,
    run: (work: Work) => PromiseLike<Result>,
    by = Number.POSITIVE_INFINITY,
  ): Promise<Result> {
    const patience = Math.min(limits.answer, by - performance.now());
    if (patience <= 0) return Promise.reject(noAnswer());
    if (this.#works.length >= this.#maxWorks) {
      this.#refused++;
      return Promise.reject(noAnswer());
    }
    const work = new Work(limits);
    work.place = this.#works.push(work) - 1;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        // It was answered while the timer's turn was coming.
        if (work.place < 0) return;
        this.#unanswered++;
        work.abandon();
        reject(noAnswer());
      };
      // Timers run before sockets are read. When this process was held up itself, the answer may be there already.
      const timer = setTimeout(() => setImmediate(giveUp), patience);
      const done = () => {
        clearTimeout(timer);
        this.#remove(work);
      };
      // Within a promise, for work that throws before there is one: it would stay here, overdue for ever.
      Promise.resolve()
        .then(() => run(work))
        .finally(done)
        .then(resolve, reject);
    });
  }

  /** The last of the works takes the place of one that is over. */
  #remove(work: Work): void {
    const last = this.#works.pop();
    if (last && last !== work) {
      this.#works[work.place] = last;
      last.place = work.place;
    }
    work.place = -1;
  }

  /** Ends what connections are left, after the driver has ended. */
  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    for (const socket of this.#heard.keys()) socket.destroy();
  }

  /**
   * A connection that owes an answer for longer than the longest statement may take cannot be alive. Where a work is overdue,
   * nor can one be that was silent for so long in whatever way, or it is idle, and costs nothing to open again. The driver
   * fails what waits for it, and connects anew.
   */
  #look(): void {
    const now = performance.now();
    this.#listen(now);
    this.#lookedAt = now;
    const isOverdue = this.#works.some((work) => work.isOverdue);
    const patience =
      Math.max(this.statementMs, ...this.#works.map(({ limits }) => limits.statement)) + GRACE_MS;
    for (const { written, at } of this.#heard.values()) {
      const silence = now - at;
      const owes = written === null;
      if (silence > patience && (owes || isOverdue)) this.server.foundDead(at);
      else if (silence > WONDER_AFTER_MS && owes) this.server.wonder();
    }
    for (const [socket, { heardAt, written, at }] of this.#heard) {
      // Asked just now it may answer yet: it may have been another that died alone.
      const mayAnswer = written === null && now - at <= WONDER_AFTER_MS;
      if (heardAt <= this.server.deadAt && !mayAnswer) socket.destroy();
    }
  }

  #listen(now: number): void {
    for (const [socket, heard] of this.#heard) {
      const { bytesRead: bytes, bytesWritten: written } = socket;
      if (socket.destroyed) this.#heard.delete(socket);
      else if (bytes !== heard.bytes) {
        const heardAt = Math.max(heard.heardAt, this.#lookedAt);
        this.#heard.set(socket, { bytes, heardAt, written, at: now });
      }
      // Asked after a rest: its silence begins now. Once only, or calls that queue on a dead one would keep it alive.
      else if (heard.written !== null && written !== heard.written)
        this.#heard.set(socket, { ...heard, written: null, at: now });
    }
  }
}

function noAnswer() {
  return unavailable(Object.assign(new Error("The database did not answer in time"), { code: "NO_ANSWER" }));
}
