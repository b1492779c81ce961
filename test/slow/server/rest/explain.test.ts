import { expectExplained } from "@test/server/rest/explained-calls";
import { createWorld } from "@test/support/world";
import { onTestFinished, test } from "vitest";

const AMOUNT = { calls: 10_000, keys: 120, authFailures: 20 };

test(`What Explain says is what the door then does, in ${AMOUNT.calls} random cases`, async () => {
  const world = await createWorld({ AUTH_FAILURES_PER_MINUTE: String(AMOUNT.authFailures) });
  onTestFinished(() => world.close());
  await expectExplained(world, AMOUNT);
});
