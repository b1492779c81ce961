import postgres from "postgres";
import { type ConnectionTarget, postgresOptions } from "./connection-url";
import { type Pooling, sessionSettings } from "./session-settings";

export interface ClientOptions {
  pooling: Pooling;
  /** Shown to whoever looks at the sessions of the server. */
  name: string;
  /** Connections at most. */
  max: number;
  /** Start-up parameters beside those that every session of ours has; a pooler in transaction mode gets none. */
  startup?: Record<string, string>;
}

/**
 * Connects one pool of the driver to a target, lazily. Every connection of Keyward's comes from here, but the job queue's
 * and the embedded Postgres' own.
 */
export function openClient(
  target: ConnectionTarget,
  { pooling, name, max, startup = {} }: ClientOptions,
  more: postgres.Options<Record<string, never>> = {},
): postgres.Sql {
  const options = postgresOptions(target);
  return postgres({
    ...options,
    ...more,
    max,
    // Named prepared statements live in a server session, which a transaction-mode pooler swaps under us.
    prepare: pooling === "session",
    connection: {
      ...options.connection,
      application_name: name,
      ...sessionSettings(pooling),
      ...(pooling === "session" ? startup : {}),
    },
    onnotice: () => undefined,
  });
}
