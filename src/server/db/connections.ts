import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import * as schema from "./schema";

export type Database = PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** What a query can run on: a pool, or the transaction that is already open. */
export type Executor = Database | Transaction;

export interface Databases {
  /** Owner of the tables, not held by row-level security. The console, the look-up of keys, migrations. */
  owner: Database;
  /** The public API's pools, one per environment: role keyward_api, rows of that environment only. */
  api: Record<Environment, Database>;
  pooling: Pooling;
  /** Closes all pools after their running queries. */
  end(): Promise<void>;
}

/** `session`: role and environment are start-up parameters. `transaction`: a pooler drops those, see scope.ts. */
export type Pooling = "session" | "transaction";

/** The role of the public API's connections; the migration makes it. */
export const API_ROLE = "keyward_api";

const CONNECT_TIMEOUT_SECONDS = 5;

/** Opens the pools lazily: no connection is made before the first query. */
export function connectDatabases(url: string, options: { poolSize: number; pooling: Pooling }): Databases {
  const pool = (startup: Record<string, string>): Database =>
    drizzle(
      postgres(url, {
        max: options.poolSize,
        connect_timeout: CONNECT_TIMEOUT_SECONDS,
        // Named prepared statements live in a server session, which a transaction-mode pooler swaps under us.
        prepare: options.pooling === "session",
        connection: { application_name: "keyward", ...(options.pooling === "session" ? startup : {}) },
        onnotice: () => undefined,
      }),
      { schema },
    );
  const owner = pool({});
  const api = Object.fromEntries(
    ENVIRONMENTS.map((environment) => [
      environment,
      pool({ role: API_ROLE, "app.environment": environment }),
    ]),
  ) as Record<Environment, Database>;
  return {
    owner,
    api,
    pooling: options.pooling,
    async end() {
      await Promise.all(
        [owner, ...Object.values(api)].map((database) => database.$client.end({ timeout: 5 })),
      );
    },
  };
}
