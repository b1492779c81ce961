import { call, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";

const MOST = 2;

describe("Calls of one key at the same time", () => {
  const fixture = suiteFixture({ MAX_CALLS_IN_FLIGHT_PER_KEY: String(MOST) });
  const api = inProcess(fixture);
  let busy: string;
  let other: string;

  beforeAll(async () => {
    const rateLimits = { minute: 100_000 };
    [{ secret: busy }, { secret: other }] = await Promise.all([
      fixture.key({ rateLimits }),
      fixture.key({ rateLimits }),
    ]);
  });

  const list = (key: string) => call(api, "GET", "/staging/customers", { key });

  test("beyond the number that is allowed wait their turn, and a burst of quick ones is served whole", async () => {
    const answers = await Promise.all(Array.from({ length: 20 * MOST }, () => list(busy)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("that are slow hold up that key alone; who waits too long is told 429 and to make fewer at once", async () => {
    const blocker = await fixture.runtime.databases.owner.$client.reserve();
    try {
      await blocker`begin`;
      await blocker`lock table customers`;
      // Each takes the two seconds of the lock's time-out, two at a time; the last would begin after four.
      const slow = Array.from({ length: 2 * MOST + 1 }, () => list(busy));
      // Slow with a table of its own makes no difference to a key that does not read it.
      const quick = await Promise.all(
        Array.from({ length: 10 }, () => call(api, "GET", "/staging/key", { key: other })),
      );
      expect(new Set(quick.map(({ status }) => status))).toEqual(new Set([200]));
      const answers = await Promise.all(slow);
      // Which of them is the last to be let in depends on the look-ups before it.
      answers.sort((one, other) => other.status - one.status);
      for (const answer of answers.slice(0, -1)) expectProblem(answer, "unavailable", { retryAfter: 5 });
      const last = answers.at(-1);
      if (!last) throw new Error("There is a last one.");
      expectProblem(last, "rate_limited", { retryAfter: 1 });
      expect(last.headers.get("retry-after")).toBe("1");
      expect(last.json.detail).toContain("2 calls under way");
    } finally {
      await blocker`rollback`;
      blocker.release();
    }
    // No place was lost with those that failed.
    const after = await Promise.all(Array.from({ length: 5 * MOST }, () => list(busy)));
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
