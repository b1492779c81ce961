import { expectExplained } from "@test/gateway/explained-calls";
import { createFixture } from "@test/support/fixture";
import { onTestFinished, test } from "vitest";

const AMOUNT = { calls: 10_000, keys: 120, authFailures: 20 };

test(`What Explain says is what the gateway then does, in ${AMOUNT.calls} random cases`, async () => {
  const fixture = await createFixture({ AUTH_FAILURES_PER_MINUTE: String(AMOUNT.authFailures) });
  onTestFinished(() => fixture.close());
  await expectExplained(fixture, AMOUNT);
});
