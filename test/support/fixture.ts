import { randomUUID } from "node:crypto";
import type { CustomerView } from "@/contracts/customers";
import type { Environment } from "@/contracts/environments";
import type { RevealedKey } from "@/contracts/keys";
import { PERMISSIONS } from "@/contracts/permissions";
import type { Role } from "@/contracts/roles";
import { type CreateKeyInput, createKeySchema } from "@/contracts/schemas/keys";
import { type Env, readEnv } from "@/env";
import { newId } from "@/server/core/ids";
import { createLogger } from "@/server/core/logger";
import type { AdminPrincipal, KeyPrincipal, Principal } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import type { DatabaseClock } from "@/server/database/database-clock";
import { migrateDatabase } from "@/server/database/migrate";
import { createRuntime } from "@/server/runtime/create";
import { contextFor, type Runtime } from "@/server/runtime/runtime";
import { createCustomer } from "@/server/services/customers";
import { createKey } from "@/server/services/keys";
import { createTestDatabase, type TestDatabase } from "./postgres";
import { PEPPER, SESSION_SECRET } from "./secrets";

/** A clock that stands still until it is told to move. In its fixture it is Postgres' clock, whatever that shows. */
export class TestClock implements DatabaseClock {
  readonly skewMs = 0;
  #now: Date;

  constructor(start: Date) {
    this.#now = start;
  }

  now(): Date {
    return this.#now;
  }

  readAt(): Date {
    return this.#now;
  }

  /** Moves on by so many seconds. */
  advance(seconds: number): void {
    this.#now = new Date(this.#now.getTime() + seconds * 1_000);
  }
}

/** A Keyward of one's own: a database, a platform on it, a clock. */
export interface Fixture {
  runtime: Runtime;
  clock: TestClock;
  databaseUrl: string;
  /** Everything the runtime logged, as text. */
  log(): string;
  /** The context of a principal; the command line's where none is given. */
  context(principal?: Principal): ReturnType<typeof contextFor>;
  /**
   * A key with the given deviations from a plain one (staging, Customer Write, 60 a minute). One that manages keys manages all of them,
   * and may make others that do.
   */
  key(input?: Partial<CreateKeyInput>): Promise<RevealedKey>;
  /** A customer with an e-mail address of its own, in staging unless told otherwise. */
  customer(input?: { environment?: Environment; email?: string; name?: string }): Promise<CustomerView>;
  close(): Promise<void>;
}

/**
 * Middle of a minute, an hour and a day, so that no window ends while a test runs. Years ago: Postgres has a clock of its
 * own, and a test that leans on what exists around the real date, such as the partitions a start makes, has to fail at
 * once and not on some later day.
 */
const START = new Date("2023-11-23T12:30:30.000Z");

/**
 * Makes a fixture with a standing clock, the in-process limiter and no limit on failed authentications, unless the
 * settings say otherwise.
 * @param options.logins true: the environments have logins of their own, as after a start of the product; that takes a
 *   moment, and suites that are not about it do with the owner's login and settings
 * @param start what the clock shows; `new Date()` for a fixture that a process with the real clock serves as well
 * @param on the database, migrated; one of the run's Postgres unless a test needs a Postgres of its own
 */
export async function createFixture(
  settings: Record<string, string> = {},
  start: Date = START,
  on?: TestDatabase,
  { logins = false } = {},
): Promise<Fixture> {
  const database = on ?? (await createTestDatabase());
  const clock = new TestClock(start);
  const env: Env = readEnv({
    AUTH_FAILURES_PER_MINUTE: "0",
    NODE_ENV: "test",
    DATABASE_POOL_SIZE: "4",
    ...settings,
  });
  const lines: string[] = [];
  const logger = createLogger("debug", { write: (line) => void lines.push(line) });
  const runtime = createRuntime(env, logger, {
    url: database.url,
    isolation: logins ? await migrateDatabase(database.url) : undefined,
    pepper: PEPPER,
    sessionSecret: SESSION_SECRET,
    clock,
  });
  const context = (principal: Principal = { kind: "system", name: "command line" }) =>
    contextFor(runtime, principal);
  return {
    runtime: runtime,
    clock,
    databaseUrl: database.url,
    log: () => lines.join(""),
    context,
    key: (input = {}) =>
      createKey(
        context(),
        parse(createKeySchema, {
          name: "Test key",
          environment: "staging",
          permissions: ["customers:write"],
          ...(input.permissions?.includes("keys:manage")
            ? { managesKeys: "all", grantsKeyManagement: true }
            : {}),
          ...input,
        }),
      ),
    customer: (input = {}) =>
      createCustomer(context(), { environment: "staging", email: newEmail(), ...input }),
    async close() {
      await runtime.lastUse.flush();
      await runtime.requestLog.close(1);
      await runtime.databases.end();
      await runtime.limiter.close();
      await database.drop();
    },
  };
}

/** An e-mail address that nobody has had before. */
export function newEmail(): string {
  return `${randomUUID()}@acme.example`;
}

/** An administrator of a role, as a session would give it. Has no row: verbs look at the principal alone. */
export function adminOf(role: Role): AdminPrincipal {
  return {
    kind: "admin",
    id: newId("adm"),
    email: `${role}@acme.example`,
    name: "",
    role,
    environmentRoles: null,
  };
}

/** A key that may do everything, in staging, unless told otherwise. Has no row: verbs look at the principal alone. */
export function keyPrincipal(deviations: Partial<KeyPrincipal> = {}): KeyPrincipal {
  return {
    kind: "key",
    id: newId("key"),
    name: "Test key",
    environment: "staging",
    permissions: PERMISSIONS,
    customers: null,
    ...deviations,
  };
}
