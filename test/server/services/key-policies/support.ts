import { adminOf, type Fixture } from "@test/support/fixture";
import { expect } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { KeyPolicyRules } from "@/contracts/schemas/key-policies";
import { changeKeyPolicy } from "@/server/services/key-policies";

/** What the tests of policies do again and again, on a fixture. */
export function policiesOf(fixture: Fixture) {
  const owner = () => fixture.context(adminOf("owner"));
  return {
    owner,
    set: (rules: Partial<KeyPolicyRules>, environment = "staging" as const) =>
      changeKeyPolicy(owner(), { environment, rules }),
    inDays: (days: number) => new Date(fixture.clock.now().getTime() + days * DAY_MS).toISOString(),
  };
}

/** A refusal by policy with these fields and rules, and nothing else. */
export const refused = (...errors: [path: string, message: string][]) =>
  expect.objectContaining({
    code: "validation_failed",
    extensions: { errors: errors.map(([path, message]) => ({ path, message, code: "policy" })) },
  });
