import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";
import { expect, inject, onTestFinished, test } from "vitest";
import { createLogger } from "@/server/core/logger";
import { logFileOf, trimLog } from "@/server/embedded-postgres/log-file";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";

test("A log that has grown large is emptied under a Postgres that goes on writing it, and its end is kept", async () => {
  const dataDir = path.join(inject("scratchDirectory"), randomUUID());
  const server = await startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
  onTestFinished(() => server.stop());
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 1 }));
  const file = logFileOf(dataDir);
  const complain = (about: string) => sql`select ${sql(about)}`.catch(() => undefined);

  await complain("before");
  await trimLog(file, 10_000);
  expect(readFileSync(file, "utf8")).toContain("before");

  appendFileSync(file, `first ${"x".repeat(30_000)} last\n`);
  await trimLog(file, 10_000);
  expect(statSync(file).size).toBe(0);
  const former = readFileSync(`${file}.1`, "utf8");
  expect(former).toHaveLength(10_000);
  expect(former).toMatch(/last\n$/);
  expect(statSync(`${file}.1`).mode & 0o777).toBe(0o600);

  await complain("after");
  const text = readFileSync(file, "utf8");
  expect(text).toContain("after");
  // Written where the log begins now, with no hole before it.
  expect(text).not.toContain("\0");
  expect(statSync(file).size).toBeLessThan(10_000);
}, 60_000);
