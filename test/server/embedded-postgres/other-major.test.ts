import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, inject, test } from "vitest";
import { createLogger } from "@/server/core/logger";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { loadSecrets } from "@/server/runtime/secrets-file";

test("A start on the files of another major version of Postgres says in one line what to do, and leaves them alone", async () => {
  const dataDir = path.join(inject("scratchDirectory"), randomUUID());
  loadSecrets(dataDir);
  const cluster = path.join(dataDir, "postgres");
  mkdirSync(cluster);
  writeFileSync(path.join(cluster, "PG_VERSION"), "17\n");
  const start = startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
  await expect(start).rejects.toThrow(
    /^The database in \S+ is of Postgres 17, .* Make a backup with [^\n]+$/,
  );
  expect(readdirSync(cluster)).toEqual(["PG_VERSION"]);
});
