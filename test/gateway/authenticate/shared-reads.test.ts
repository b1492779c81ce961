import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loaderOf } from "@/gateway/authenticate/shared-reads";

/** Reads that are answered when the test says so. */
function newReads() {
  const reads: { asked: readonly string[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const loader = loaderOf<string, string>(
    (asked) =>
      new Promise((resolve, reject) => {
        const found = asked.map((one) => (one === "none" ? null : `of ${one}`));
        reads.push({ asked, answer: () => resolve(found), fail: reject });
      }),
  );
  return { reads, ask: (one: string) => loader.load(one) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("Reads that are shared", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("answer those that ask together, each with its own, and null where there is nothing", async () => {
    const { reads, ask } = newReads();
    const answers = Promise.all(["a", "none", "b"].map(ask));
    await turn();
    expect(reads.map(({ asked }) => asked)).toEqual([["a", "none", "b"]]);
    reads[0]?.answer();
    expect(await answers).toEqual(["of a", null, "of b"]);
  });

  test("begin after all have asked that they answer: who comes during one has the next, together with others", async () => {
    const { reads, ask } = newReads();
    const first = ask("a");
    await turn();
    const later = [ask("a")];
    await turn();
    later.push(ask("b"));
    await turn();
    expect(reads).toHaveLength(1);
    reads[0]?.answer();
    expect(await first).toBe("of a");
    await turn();
    await turn();
    expect(reads.map(({ asked }) => asked)).toEqual([["a"], ["a", "b"]]);
    reads[1]?.answer();
    expect(await Promise.all(later)).toEqual(["of a", "of b"]);
  });

  test("wait five milliseconds at most for one that has no answer", async () => {
    const { reads, ask } = newReads();
    const hanging = ask("a");
    await turn();
    const later = ask("b");
    await turn();
    vi.advanceTimersByTime(5);
    expect(reads.map(({ asked }) => asked)).toEqual([["a"], ["b"]]);
    reads[1]?.answer();
    expect(await later).toBe("of b");
    reads[0]?.fail(new Error("No answer"));
    await expect(hanging).rejects.toThrow("No answer");
    const next = ask("c");
    await turn();
    reads[2]?.answer();
    expect(await next).toBe("of c");
  });
});
