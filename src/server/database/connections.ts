import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import type { Environment } from "@/contracts/environments";
import { openClient } from "./client";
import { type ConnectionTarget, parseConnectionUrl } from "./connection-url";
import { ConnectionWatch, type Target } from "./connection-watch";
import { type DatabaseClock, MeasuredClock } from "./database-clock";
import { ServerWatch } from "./server-watch";
import { droppedSettings, type Pooling } from "./session-settings";
import {
  CONSOLE_LIMITS,
  GATEWAY_LIMITS,
  LOOK_UP_LIMITS,
  type TimeLimits,
  timeLimitSettings,
} from "./time-limits";

export type Database = PostgresJsDatabase & {
  $client: postgres.Sql;
  /** How long work on it may take, unless the work has limits of its own. */
  limits: TimeLimits;
  /** Settings that every transaction on it has to carry, because a pooler drops start-up parameters. */
  dropped: Readonly<Record<string, string>>;
  watch: ConnectionWatch;
};
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** What a query can run on: a pool, or the transaction that is already open. */
export type Executor = Database | Transaction;

export interface Databases {
  /** Owner of the tables, not held by row-level security. The console, jobs, maintenance. */
  owner: Database;
  /** The owner's login too: the gateway's look-ups of keys, and of permissions that they lack; nothing else, so that nothing else can drain it. */
  lookUps: Database;
  /** The owner's login too: what calls leave behind, the log and the last use of keys. Calls wait when the log is full. */
  records: Database;
  /** The public API's pools, one per environment, held to its rows by the database (see Isolation). */
  api: Record<Environment, Database>;
  /** Behind a pooler in transaction mode each transaction says what start-up parameters cannot, see scope.ts. */
  pooling: Pooling;
  isolation: Isolation;
  /** Measured by the answers that carry it. */
  clock: DatabaseClock;
  /** Closes all pools after their running queries. */
  end(): Promise<void>;
}

/** A role of the database that one environment's pool signs in as. */
export interface Login {
  role: string;
  password: string;
}

/**
 * How the environments are kept apart. `logins`: the connections of an environment's pool are a role of their own, and no
 * SQL on them changes that. `shared`: they are the owner's, held to role and environment by settings, which SQL of a
 * caller's own could undo.
 */
export type Isolation =
  | { kind: "logins"; logins: Record<Environment, Login> }
  /** `turnedDown`: the roles whose passwords the server did not take. */
  | { kind: "shared"; reason: string; turnedDown?: readonly string[] };

const SHARED: Isolation = { kind: "shared", reason: "Nobody asked for logins" };

/** The role to which policies and rights of the public API are tied; its logins are members. */
export const API_ROLE = "keyward_api";

/** For TLS and log-in, once a connection is made (connection-watch.ts). */
const LOGIN_TIMEOUT_SECONDS = 3;

/**
 * Longest pause before a place of a pool connects again. The driver's own grows to 20 s: so long would calls be refused
 * after an outage that is over.
 */
const MAX_RECONNECT_PAUSE_SECONDS = 1;

/** Few: calls that arrive together share one look-up, which an index answers. */
const LOOK_UP_POOL_SIZE = 3;

/** The log writes one batch at a time, last use another. */
const RECORD_POOL_SIZE = 2;

/**
 * How the public API's statements are planned. Each of its lists has an index in its order, but what the policies leave is
 * estimated as next to nothing, so that reading a whole table and sorting it seems cheap. And one call is one process'
 * work: a key must not get several processors of the database for a search.
 */
export const API_PLANNING = {
  enable_seqscan: "off",
  enable_bitmapscan: "off",
  max_parallel_workers_per_gather: "0",
};

/**
 * How look-ups of keys are planned: each part of one has an index, but for the counter of one row, and a plan that was made while a
 * table was nearly empty must not read through all of it when it is full.
 */
const LOOK_UP_PLANNING = { enable_seqscan: "off" };

/** Seconds after so many failures in a row: the driver's own curve, bounded. */
function reconnectPause(failures: number): number {
  return (0.5 + Math.random() / 2) * Math.min(3 ** failures / 100, MAX_RECONNECT_PAUSE_SECONDS);
}

/** The driver's option `socket`, which its types leave out: who opens connections. */
function transport(watch: ConnectionWatch) {
  return { socket: (target: Target) => watch.open(target) };
}

/**
 * Opens the pools lazily: no connection is made before the first query.
 * @throws InvalidEnvError where the URL cannot be used
 */
export function connectDatabases(
  url: string,
  options: { poolSize: number; pooling: Pooling; isolation?: Isolation; clock?: DatabaseClock },
): Databases {
  const { poolSize, pooling, isolation = SHARED, clock = new MeasuredClock() } = options;
  const asOwner = parseConnectionUrl(url);
  const server = new ServerWatch();
  const pool = (target: ConnectionTarget, max: number, limits: TimeLimits, startup = {}): Database => {
    const watch = new ConnectionWatch(max, limits.statement, server);
    const settings = { ...timeLimitSettings(limits), ...startup };
    const client = openClient(
      target,
      { pooling, name: "keyward", max, startup: settings },
      { ...transport(watch), connect_timeout: LOGIN_TIMEOUT_SECONDS, backoff: reconnectPause },
    );
    const dropped = droppedSettings(pooling, settings);
    return Object.assign(drizzle(client), { limits, dropped, watch });
  };
  const apiPool = (environment: Environment): Database => {
    if (isolation.kind === "shared") {
      const startup = { ...API_PLANNING, role: API_ROLE, "app.environment": environment };
      return pool(asOwner, poolSize, GATEWAY_LIMITS, startup);
    }
    const { role, password } = isolation.logins[environment];
    return pool({ ...asOwner, user: role, password }, poolSize, GATEWAY_LIMITS, API_PLANNING);
  };
  const owner = pool(asOwner, poolSize, CONSOLE_LIMITS);
  const lookUps = pool(asOwner, LOOK_UP_POOL_SIZE, LOOK_UP_LIMITS, LOOK_UP_PLANNING);
  server.askBy(() => {
    const { watch, $client } = lookUps;
    // A look-up that waits is question enough.
    if (watch.works === 0) watch.answered(LOOK_UP_LIMITS, () => $client`select`).catch(() => undefined);
  });
  const records = pool(asOwner, RECORD_POOL_SIZE, CONSOLE_LIMITS);
  const api = {
    production: apiPool("production"),
    staging: apiPool("staging"),
    development: apiPool("development"),
  };
  return {
    owner,
    lookUps,
    records,
    api,
    pooling,
    isolation,
    clock,
    async end() {
      await Promise.all(
        [owner, lookUps, records, ...Object.values(api)].map(async ({ $client, watch }) => {
          await $client.end({ timeout: 5 });
          watch.stop();
        }),
      );
    },
  };
}
