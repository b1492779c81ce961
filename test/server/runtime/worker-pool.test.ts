import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLogger } from "@/server/core/logger";
import { type ProcessEnd, WorkerPool, type WorkerProcess } from "@/server/runtime/worker-pool";

/** A worker that lives until the test ends it. */
interface TestWorker extends WorkerProcess {
  number: number;
  stops: number;
  serve(): void;
  end(end: ProcessEnd): void;
}

let forked: TestWorker[];
let onCrashLoop: ReturnType<typeof vi.fn<() => void>>;
let pool: WorkerPool;

function fork(number: number): TestWorker {
  let [serve, end] = [(_: boolean): void => undefined, (_: ProcessEnd): void => undefined];
  const started = new Promise<boolean>((resolve) => (serve = resolve));
  const ended = new Promise<ProcessEnd>((resolve) => (end = resolve));
  void ended.then(() => serve(false));
  const worker: TestWorker = {
    number,
    stops: 0,
    started,
    ended,
    stop: () => void worker.stops++,
    serve: () => serve(true),
    end,
  };
  forked.push(worker);
  return worker;
}

const CRASH: ProcessEnd = { code: 1, signal: null };
const numbers = () => forked.map(({ number }) => number);
const last = () => forked.at(-1) as TestWorker;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Two workers that serve. */
async function started(): Promise<void> {
  const starting = pool.start();
  forked[0]?.serve();
  expect(await starting).toBe(true);
  forked[1]?.serve();
}

beforeEach(() => {
  vi.useFakeTimers();
  forked = [];
  onCrashLoop = vi.fn();
  pool = new WorkerPool({ size: 2, fork, logger: createLogger("silent"), onCrashLoop });
});
afterEach(() => void vi.useRealTimers());

describe("A pool of workers", () => {
  test("starts the others once the first one serves", async () => {
    const starting = pool.start();
    await pass(5_000);
    expect(numbers()).toEqual([1]);
    forked[0]?.serve();
    expect(await starting).toBe(true);
    expect(numbers()).toEqual([1, 2]);
  });

  test("does not try again where the first one cannot start: it has said why", async () => {
    const starting = pool.start();
    forked[0]?.end(CRASH);
    expect(await starting).toBe(false);
    await pass(60_000);
    expect(numbers()).toEqual([1]);
    expect(onCrashLoop).not.toHaveBeenCalled();
  });

  test("puts another in the place of one that has ended, at once and under its number", async () => {
    await started();
    forked[0]?.end({ code: null, signal: "SIGKILL" });
    await pass(1);
    expect(numbers()).toEqual([1, 2, 1]);
  });

  test("waits longer each time where one ends again and again, and then gives up", async () => {
    await started();
    const pauses: number[] = [];
    while (onCrashLoop.mock.calls.length === 0) {
      const before = forked.length;
      last().end(CRASH);
      let waited = 0;
      for (; forked.length === before && waited < 60_000 && !onCrashLoop.mock.calls.length; waited += 100)
        await pass(100);
      pauses.push(waited);
    }
    expect(pauses.slice(0, -1).map((ms) => Math.max(ms - 100, 0))).toEqual([
      0, 400, 900, 1_900, 3_900, 7_900,
    ]);
    expect(onCrashLoop).toHaveBeenCalledOnce();
  });

  test("forgets that one ended early once its successor has lived for a minute", async () => {
    await started();
    for (let round = 0; round < 20; round++) {
      last().end(CRASH);
      await pass(600);
      await pass(60_000);
    }
    expect(onCrashLoop).not.toHaveBeenCalled();
    expect(forked).toHaveLength(22);
  });

  test("stops all of them, and is over when the last has ended; none is put in their place", async () => {
    await started();
    let over = false;
    const stopping = pool.stop().then(() => {
      over = true;
    });
    expect(forked.map(({ stops }) => stops)).toEqual([1, 1]);
    forked[0]?.end({ code: 0, signal: null });
    await pass(10_000);
    expect(over).toBe(false);
    pool.hurry();
    expect(forked[1]?.stops).toBe(2);
    // It was still loading, and knew nothing of signals.
    forked[1]?.end({ code: null, signal: "SIGTERM" });
    await stopping;
    expect(numbers()).toEqual([1, 2]);
  });

  test("puts nobody in the place of one that ended just before the stop, and says so where one ended badly", async () => {
    await started();
    for (let end = 0; end < 2; end++) {
      last().end(CRASH);
      await pass(1);
    }
    const before = forked.length;
    const stopping = pool.stop();
    for (const worker of forked) worker.end(CRASH);
    await expect(stopping).rejects.toThrow("1 of 1 workers did not end well");
    await pass(60_000);
    expect(forked).toHaveLength(before);
  });
});
