import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLogger } from "@/server/core/logger";
import { Shutdown, StoppingError } from "@/server/runtime/shutdown";

let lines: string[];
let closed: string[];
let exit: ReturnType<typeof vi.fn<(code: number) => void>>;
let shutdown: Shutdown;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  closed = [];
  exit = vi.fn();
  shutdown = new Shutdown(createLogger("info", { write: (line) => void lines.push(line) }), exit);
});
afterEach(() => void vi.useRealTimers());

/** Opens a part whose closing is on record. */
function open(name: string, close: () => Promise<void> = async () => undefined, cut?: () => void) {
  return shutdown.open(
    { name, patience: 1_000, open: async () => name },
    async () => {
      await close();
      closed.push(name);
    },
    cut,
  );
}

const never = () => new Promise<void>(() => undefined);

describe("A stop", () => {
  test("closes what was opened, the last first, and ends the process", async () => {
    await open("database");
    await open("jobs");
    await open("calls");
    await shutdown.stop(0);
    expect(closed).toEqual(["calls", "jobs", "database"]);
    expect(exit.mock.calls).toEqual([[0]]);
  });

  test("takes a signal that comes again within a second for the same one", async () => {
    let finish = (): void => undefined;
    const cut = vi.fn();
    await open("calls", () => new Promise<void>((resolve) => (finish = resolve)), cut);
    shutdown.ask("SIGINT");
    await vi.advanceTimersByTimeAsync(900);
    shutdown.ask("SIGINT");
    expect(cut).not.toHaveBeenCalled();
    finish();
    await vi.advanceTimersByTimeAsync(1);
    expect(exit.mock.calls).toEqual([[0]]);
  });

  test("that is asked for again later waits for no call, and still writes what is to be written", async () => {
    let cutOff = (): void => undefined;
    await open("database");
    await shutdown.open(
      { name: "calls", patience: 5_000, open: async () => undefined },
      () => new Promise<void>((resolve) => (cutOff = resolve)),
      () => cutOff(),
    );
    shutdown.ask("SIGTERM");
    await vi.advanceTimersByTimeAsync(1_100);
    expect(exit).not.toHaveBeenCalled();
    shutdown.ask("SIGTERM");
    await vi.advanceTimersByTimeAsync(1);
    expect(closed).toEqual(["database"]);
    expect(exit.mock.calls).toEqual([[0]]);
  });

  test("leaves a part behind that does not close, and closes the others", async () => {
    await open("database");
    await open("jobs", never);
    void shutdown.stop(0);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(closed).toEqual(["database"]);
    expect(exit.mock.calls).toEqual([[1]]);
    expect(lines.join("")).toMatch(/"part":"jobs"/);
  });

  test("goes on where a part fails to close, and says so with its exit code", async () => {
    await open("database");
    await open("jobs", () => Promise.reject(new Error("broken")));
    await shutdown.stop(0);
    expect(closed).toEqual(["database"]);
    expect(exit.mock.calls).toEqual([[1]]);
  });

  test("is over after eight seconds, whatever hangs", async () => {
    await shutdown.open({ name: "database", patience: 60_000, open: async () => undefined }, never);
    void shutdown.stop(0);
    await vi.advanceTimersByTimeAsync(7_900);
    expect(exit).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(exit.mock.calls).toEqual([[1]]);
  });

  test("during a start waits for what is being opened, closes it, and lets nothing more begin", async () => {
    let opened = (_: string): void => undefined;
    const opening = shutdown.open(
      { name: "database", patience: 1_000, open: () => new Promise<string>((resolve) => (opened = resolve)) },
      async (name) => void closed.push(name),
    );
    const started = opening.then(() => open("jobs"));
    started.catch(() => undefined);
    shutdown.ask("SIGTERM");
    await vi.advanceTimersByTimeAsync(500);
    expect(exit).not.toHaveBeenCalled();
    opened("database");
    await expect(started).rejects.toThrow(StoppingError);
    await vi.advanceTimersByTimeAsync(1);
    expect(closed).toEqual(["database"]);
    expect(exit.mock.calls).toEqual([[0]]);
  });
});
