import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ProblemCode } from "@/contracts/problems";
import type { Check } from "@/contracts/requests";

/** Upper bounds of the classes of durations, in seconds: from a call that is answered from memory to one at its deadline. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** In place of a route, where none serves the call; and of a check, where none refused it. */
const NONE = "none";

/**
 * Any other is counted as one: each label's value is a series that every Prometheus keeps for weeks, so callers must not
 * be able to make them up.
 */
const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
export const OTHER_METHOD = "_OTHER";

/** A method as it is counted and traced (OpenTelemetry's semantic conventions, `http.request.method`). */
export function knownMethod(method: string): string {
  return KNOWN_METHODS.has(method) ? method : OTHER_METHOD;
}

/** A call that was answered, as it is counted. */
interface AnsweredCall {
  /** The template of the route, such as `/customers/{id}`; absent where none serves the call. Never a path. */
  route: string | undefined;
  method: string;
  status: number;
  seconds: number;
  /** Whether this process decided on a limit because the shared counters were out of reach; absent where none was asked. */
  degraded: boolean | undefined;
}

/** What is told of a measured part: gauges for what is now, counters for what only grows. */
interface Figure {
  name: `keyward_${string}`;
  help: string;
}

/**
 * What a process counts for Prometheus, in a registry of its own: two runtimes in one process do not mix. Names and units
 * are those of Prometheus' conventions. On the path of every call, so nothing is formatted before somebody asks.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #calls = new Counter({
    name: "keyward_http_requests_total",
    help: "Calls of the public API, by the declared route",
    labelNames: ["route", "method", "status"],
    registers: [this.registry],
  });
  readonly #durations = new Histogram({
    name: "keyward_http_request_duration_seconds",
    help: "From the arrival of a call of the public API to the end of its answer",
    labelNames: ["route", "method"],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #refusals = new Counter({
    name: "keyward_refusals_total",
    help: "Requests that were refused or failed, by the code of the problem and the check of the gateway that said no",
    labelNames: ["code", "check"],
    registers: [this.registry],
  });
  readonly #decisions = new Counter({
    name: "keyward_limiter_decisions_total",
    help: "Limits of keys that were decided; degraded: by this process alone, because Redis did not answer",
    labelNames: ["degraded"],
    registers: [this.registry],
  });
  readonly #consoleRequests = new Counter({
    name: "keyward_console_requests_total",
    help: "Requests to the console, by who sent them",
    labelNames: ["caller"],
    registers: [this.registry],
  });
  readonly #consoleWaits = new Histogram({
    name: "keyward_console_wait_seconds",
    help: "For how long a request of somebody who is not signed in waited for its turn",
    buckets: SECONDS,
    registers: [this.registry],
  });

  /** @param worker its number, of several that serve on one port: a label of every series, or they would pass for one process */
  constructor(worker?: number) {
    if (worker !== undefined) this.registry.setDefaultLabels({ worker: String(worker) });
  }

  /** Counts a call of the public API. */
  answered({ route = NONE, method, status, seconds, degraded }: AnsweredCall): void {
    const known = knownMethod(method);
    this.#calls.inc({ route, method: known, status });
    this.#durations.observe({ route, method: known }, seconds);
    if (degraded !== undefined) this.#decisions.inc({ degraded: String(degraded) });
  }

  /** Counts a refusal, also of what never became a call. */
  refused(code: ProblemCode, check: Check | null = null): void {
    this.#refusals.inc({ code, check: check ?? NONE });
  }

  /** Counts a request to the console of somebody who is signed in. */
  consoleSignedIn(): void {
    this.#consoleRequests.inc({ caller: "signed_in" });
  }

  /** Counts a request to the console whose turn has come, so many seconds after its arrival. */
  consoleStranger(waitedSeconds: number): void {
    this.#consoleRequests.inc({ caller: "stranger" });
    this.#consoleWaits.observe(waitedSeconds);
  }

  /** A figure of the moment, read when somebody asks. */
  gauge(figure: Figure, read: () => number): void {
    new Gauge({
      ...figure,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** The same by the value of one label. What is not among the readings has no series. */
  gauges(figure: Figure & { label: string }, read: () => Record<string, number>): void {
    const { label, ...named } = figure;
    new Gauge({
      ...named,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [value, reading] of Object.entries(read())) this.set({ [label]: value }, reading);
      },
    });
  }

  /** A count that some part of the process keeps anyway, by the value of one label. */
  counters(figure: Figure & { label: string }, read: () => Record<string, number>): void {
    const { label, ...named } = figure;
    new Counter({
      ...named,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [value, reading] of Object.entries(read())) this.inc({ [label]: value }, reading);
      },
    });
  }
}
