import { describe, expect, test } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import { createMemoryLimiter } from "@/server/rate-limit/memory-limiter";

const minute = { name: "minute", limit: 10, windowMs: MINUTE_MS };

function setUp(maxSubjects?: number) {
  let now = Date.UTC(2027, 0, 1);
  const limiter = createMemoryLimiter({ clock: { now: () => new Date(now) }, maxSubjects });
  const advance = (ms: number) => {
    now += ms;
  };
  const callFromMany = async (prefix: string, count: number, policy = minute) => {
    for (let one = 0; one < count; one += 1) await limiter.consume(`${prefix}${one}`, [policy]);
  };
  return { limiter, advance, callFromMany };
}

describe("memory", () => {
  test("is bounded, however many addresses call", async () => {
    const { limiter, callFromMany } = setUp(100);
    await callFromMany("address:", 5_000);
    expect(limiter.size).toBe(100);
  });

  test("is given back when windows have passed, without anything running in the background", async () => {
    const { limiter, advance, callFromMany } = setUp();
    await callFromMany("yesterday:", 1_000);
    advance(2 * MINUTE_MS);
    await callFromMany("today:", 1_000);
    expect(limiter.size).toBe(1_000);
  });

  test("does not grow under a steady stream of callers that come only once", async () => {
    const { limiter, advance, callFromMany } = setUp();
    for (let round = 0; round < 20; round += 1) {
      await callFromMany(`round-${round}:`, 200);
      advance(MINUTE_MS);
    }
    // Two rounds still count; the sweep may be behind by as much again.
    expect(limiter.size).toBeLessThanOrEqual(4 * 200);
  });

  test("is not taken by refused calls and looks", async () => {
    const { limiter } = setUp();
    for (let call = 0; call < 12; call += 1) await limiter.consume("one", [minute]);
    await limiter.peek("another", [minute]);
    expect(limiter.size).toBe(1);
  });

  test("is free after close", async () => {
    const { limiter, callFromMany } = setUp();
    await callFromMany("address:", 10);
    await limiter.close();
    expect(limiter.size).toBe(0);
  });
});

describe("a new subject", () => {
  const used = async (limiter: ReturnType<typeof setUp>["limiter"], subject: string) =>
    10 - ((await limiter.peek(subject, [minute])).policies[0]?.remaining ?? 10);

  test("has two old counters looked at, and those given back that say nothing any more", async () => {
    const { limiter, advance, callFromMany } = setUp();
    await callFromMany("old:", 10);
    advance(2 * MINUTE_MS);
    await callFromMany("new:", 1);
    expect(limiter.size).toBe(9);
    // Twice round all of them, also past those that still count.
    await callFromMany("newer:", 19);
    expect(limiter.size).toBe(20);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7])(
    "where there is no room pushes out the least used of eight, also where that came as number %d",
    async (place) => {
      const { limiter, callFromMany } = setUp(8);
      await callFromMany("one:", 8);
      for (let one = 0; one < 8; one += 1) if (one !== place) await limiter.consume(`one:${one}`, [minute]);
      await callFromMany("new:", 1);
      expect(limiter.size).toBe(8);
      expect(await used(limiter, "new:0")).toBe(1);
      for (let one = 0; one < 8; one += 1)
        expect(await used(limiter, `one:${one}`)).toBe(one === place ? 0 : 2);
    },
  );

  test("pushes out, and one that is known does not", async () => {
    const { limiter, callFromMany } = setUp(8);
    await callFromMany("one:", 8);
    await callFromMany("one:", 1);
    expect(limiter.size).toBe(8);
  });

  test("pushes out by the use in both windows that count", async () => {
    const { limiter, advance, callFromMany } = setUp(2);
    for (let call = 0; call < 5; call += 1) await limiter.consume("before", [minute]);
    advance(MINUTE_MS);
    for (let call = 0; call < 3; call += 1) await limiter.consume("now", [minute]);
    await callFromMany("new:", 1);
    expect(await used(limiter, "before")).toBe(5);
    expect(await used(limiter, "now")).toBe(0);
  });

  test("takes the room of one that says nothing any more, before it pushes anybody out", async () => {
    const { limiter, advance, callFromMany } = setUp(2);
    await callFromMany("old:", 1);
    advance(2 * MINUTE_MS);
    await callFromMany("one:", 1);
    await callFromMany("new:", 1);
    expect(await used(limiter, "one:0")).toBe(1);
    expect(limiter.size).toBe(2);
  });
});

test("counters of two windows under one name are two", async () => {
  const { limiter } = setUp();
  await limiter.consume("one", [minute]);
  await limiter.consume("one", [{ ...minute, windowMs: 60 * MINUTE_MS }]);
  expect(limiter.size).toBe(2);
});

test("a call adds to the use of its own window, and what was before stays", async () => {
  const { limiter, advance } = setUp();
  const remaining = async () => (await limiter.consume("one", [minute])).policies[0]?.remaining;
  expect([await remaining(), await remaining()]).toEqual([9, 8]);
  advance(MINUTE_MS);
  expect([await remaining(), await remaining()]).toEqual([7, 6]);
  advance(2 * MINUTE_MS);
  expect(await remaining()).toBe(9);
});

describe("a flood of strangers", () => {
  test("does not free a subject that is being held back", async () => {
    const { limiter, callFromMany } = setUp(100);
    for (let call = 0; call < 10; call += 1) await limiter.consume("guesser", [minute]);
    await callFromMany("flood:", 5_000);
    expect(await limiter.consume("guesser", [minute])).toMatchObject({ allowed: false });
  });

  test("does not touch the counters of another policy", async () => {
    const { limiter, callFromMany } = setUp(100);
    await callFromMany("key:", 100);
    await callFromMany("flood:", 5_000, { ...minute, name: "auth-failures" });
    for (let key = 0; key < 100; key += 1) {
      const { policies } = await limiter.peek(`key:${key}`, [minute]);
      expect(policies[0]?.remaining).toBe(9);
    }
  });
});

test("a clock that is set back by an hour does not hold anybody back until it has caught up", async () => {
  const { limiter, advance } = setUp();
  for (let call = 0; call < 10; call += 1) await limiter.consume("one", [minute]);
  expect(await limiter.consume("one", [minute])).toMatchObject({ allowed: false });
  advance(-60 * MINUTE_MS);
  expect(await limiter.consume("one", [minute])).toMatchObject({ allowed: true });
});
