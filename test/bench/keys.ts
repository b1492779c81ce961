import { createKeySchema } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import { createCustomer } from "@/server/services/customers";
import { createKey } from "@/server/services/keys";
import { onRuntime } from "./runtime";

const KEYS = 1_000;
/** Of which the first page is twenty. */
const CUSTOMERS = 1_000;

/**
 * Makes production keys with more calls than a benchmark makes; returns their secrets.
 * @param permission that they hold, and no other
 */
export function makeKeys(
  databaseUrl: string,
  { count = KEYS, permission = "customers:read" } = {},
): Promise<string[]> {
  return onRuntime(databaseUrl, async ({ context }) => {
    const secrets: string[] = [];
    for (let number = 0; number < count; number++) {
      const input = {
        name: `Key ${number}`,
        environment: "production",
        permissions: [permission],
        rateLimits: { minute: 1_000_000 },
      };
      secrets.push((await createKey(context(), parse(createKeySchema, input))).secret);
    }
    return secrets;
  });
}

/** Makes customers of production. */
export function makeCustomers(databaseUrl: string): Promise<void> {
  return onRuntime(databaseUrl, async ({ context }) => {
    for (let number = 0; number < CUSTOMERS; number++) {
      const email = `customer${number}@acme.example`;
      await createCustomer(context(), { environment: "production", email, name: `Customer ${number}` });
    }
  });
}
