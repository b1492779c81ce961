import { execFileSync } from "node:child_process";
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
  const signal = (name: NodeJS.Signals, which: "all" | "connections" = "all") => {
    const [postmaster, ...children] = processesOf(dataDir);
    for (const pid of which === "all" && postmaster ? [postmaster, ...children] : children) {
      try {
        process.kill(pid, name);
      } catch (error) {
        // Gone since it was listed: Postgres has processes that come and go.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
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

/** The postmaster first: it must not start new processes while the others are being stopped. */
function processesOf(dataDir: string): number[] {
  const file = path.join(dataDir, "postgres", "postmaster.pid");
  if (!existsSync(file)) return [];
  const postmaster = Number(readFileSync(file, "utf8").split("\n", 1)[0]);
  const lines = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return [postmaster, ...pairs.flatMap(([pid, parent]) => (parent === postmaster && pid ? [pid] : []))];
}
