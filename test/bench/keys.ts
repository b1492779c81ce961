import { createKeySchema } from "@/contracts/keys";
import { parse } from "@/server/core/validation";
import { createKey } from "@/server/services/keys";
import { onRuntime } from "./runtime";

const KEYS = 1_000;

/** Makes production keys with more calls than a benchmark makes; returns their secrets. */
export function makeKeys(databaseUrl: string): Promise<string[]> {
  return onRuntime(databaseUrl, async ({ context }) => {
    const secrets: string[] = [];
    for (let number = 0; number < KEYS; number++) {
      const input = {
        name: `Key ${number}`,
        environment: "production",
        permissions: ["customers:read"],
        rateLimits: { minute: 1_000_000 },
      };
      secrets.push((await createKey(context(), parse(createKeySchema, input))).secret);
    }
    return secrets;
  });
}
