import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { inject } from "vitest";
import { createLogger } from "@/server/core/logger";
import { migrateDatabase } from "@/server/database/migrate";
import { superuserUrl } from "@/server/embedded-postgres/postmaster";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { loadSecrets } from "@/server/runtime/secrets-file";
import type { TestDatabase } from "./postgres";
import { signalPostgres } from "./postgres-processes";

/** A Postgres of one's own, which a test may hurt, with a migrated database. */
export interface OwnPostgres extends TestDatabase {
  /** The superuser's connection string, for what the owner may not do to the server. */
  adminUrl: string;
  /**
   * Stops its processes where they are (SIGSTOP): connections stay open, and nothing answers. Without the first one, which
   * takes new connections, only those that are open are struck, as if the machine they led to were gone.
   */
  freeze(which?: "all" | "connections"): void;
  thaw(): void;
  /** Kills the processes of its connections, upon which it ends all others and goes through recovery. */
  crash(): void;
  stop(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = path.join(inject("scratchDirectory"), randomUUID());
  const logger = createLogger("silent");
  const server = await startEmbeddedPostgres({ dataDir, logger, durable: false });
  await migrateDatabase(server.url);
  const signal = (name: NodeJS.Signals, which?: "all" | "connections") => {
    const postmaster = postmasterOf(dataDir);
    if (postmaster) signalPostgres(postmaster, name, which);
  };
  return {
    url: server.url,
    adminUrl: superuserUrl(
      Number(new URL(server.url).port),
      loadSecrets(dataDir).postgresPassword,
      "keyward",
    ),
    freeze: (which) => signal("SIGSTOP", which),
    thaw: () => signal("SIGCONT"),
    crash: () => signal("SIGKILL", "connections"),
    stop: () => server.stop(),
    async drop() {
      signal("SIGCONT");
      await server.stop();
    },
  };
}

function postmasterOf(dataDir: string): number | undefined {
  const file = path.join(dataDir, "postgres", "postmaster.pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n", 1)[0]) : undefined;
}
