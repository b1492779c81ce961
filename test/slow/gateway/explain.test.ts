import { expectExplained } from "@test/gateway/explained-calls";
import { ownFixture } from "@test/support/suite";
import { test } from "vitest";

const AMOUNT = { calls: 10_000, keys: 120, authFailures: 20 };

test(`What Explain says is what the gateway then does, in ${AMOUNT.calls} random cases`, async () => {
  const fixture = await ownFixture({ AUTH_FAILURES_PER_MINUTE: String(AMOUNT.authFailures) });
  await expectExplained(fixture, AMOUNT);
});
