import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { ENVIRONMENTS } from "@/contracts/environments";
import { createKeySchema } from "@/contracts/keys";
import { readEnv } from "@/env";
import { createLogger } from "@/server/core/logger";
import { parse } from "@/server/core/validation";
import { contextFor, type Platform } from "@/server/platform";
import { createCustomer } from "@/server/services/customers";
import { createKey } from "@/server/services/keys";
import { assemble } from "@/server/shared-platform";

const KEYS = 1_000;
const CUSTOMERS = 300;

/** A platform in this process, on the benchmark's database. */
export function benchPlatform(url: string): Platform {
  const env = readEnv({ NODE_ENV: "production", DATABASE_POOL_SIZE: "4" });
  return assemble(env, createLogger("warn"), { url, pepper: PEPPER, sessionSecret: SESSION_SECRET });
}

/**
 * Fills the database with a thousand production keys and some customers in each environment.
 * @returns the keys' secrets
 */
export async function fill(url: string): Promise<string[]> {
  const platform = benchPlatform(url);
  const ctx = contextFor(platform, { kind: "system", name: "command line" });
  const secrets: string[] = [];
  for (let number = 0; number < KEYS; number++) {
    const input = {
      name: `Key ${number}`,
      environment: "production",
      permissions: ["customers:read"],
      rateLimits: { minute: 1_000_000 },
    };
    secrets.push((await createKey(ctx, parse(createKeySchema, input))).secret);
  }
  for (const environment of ENVIRONMENTS) {
    for (let number = 0; number < CUSTOMERS; number++) {
      await createCustomer(ctx, {
        environment,
        email: `customer${number}@acme.example`,
        name: `Customer ${number}`,
      });
    }
  }
  await platform.databases.end();
  await platform.limiter.close();
  return secrets;
}
