import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { renameSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";
import { describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { createLogger } from "@/server/core/logger";
import { keepRunning, type Server } from "@/server/embedded-postgres/keep-running";
import { readPostmaster } from "@/server/embedded-postgres/postmaster";
import { findEmbeddedPostgres, startEmbeddedPostgres } from "@/server/embedded-postgres/start";

const TIMEOUT_MS = 30_000;

const running = (dataDir: string) => readPostmaster(path.join(dataDir, "postgres"));

test.each(["SIGKILL", "SIGQUIT"] as const)(
  "An embedded Postgres that is ended by %s is started again at its port, with all that was committed",
  async (signal) => {
    const dataDir = path.join(inject("scratchDirectory"), randomUUID());
    const server = await startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
    onTestFinished(() => server.stop());
    const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
    onTestFinished(() => sql.end({ timeout: 1 }));
    await sql`create table kept as select 7 as n`;

    const { pid } = running(dataDir) ?? {};
    process.kill(pid ?? 0, signal);
    // Of the killed one the file stays, with a number that is not its own while the next one starts.
    await vi.waitFor(
      async () => {
        expect(running(dataDir)?.pid).not.toBe(pid);
        expect(await findEmbeddedPostgres(dataDir)).toBe(server.url);
      },
      { timeout: TIMEOUT_MS },
    );
    // The pool's connection went with the former; it makes another.
    const rows = await vi.waitFor(() => sql<{ n: number }[]>`select n from kept`, { timeout: TIMEOUT_MS });
    expect(rows.map(({ n }) => n)).toEqual([7]);
  },
  60_000,
);

test("Who uses the Postgres of another Keyward goes on with it when that one stops, and hands it over in turn", async () => {
  const dataDir = path.join(inject("scratchDirectory"), randomUUID());
  const start = () => startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
  const first = await start();
  const servers = [first];
  onTestFinished(async () => {
    for (const server of servers) await server.stop();
  });
  const sql = postgres(first.url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 1 }));
  await sql`create table kept as select 7 as n`;
  for (const former of [0, 1]) {
    const next = await start();
    servers.push(next);
    expect(next).toMatchObject({ url: first.url, owned: false });
    const before = running(dataDir)?.pid;
    await servers[former]?.stop();
    await vi.waitFor(
      async () => {
        expect(running(dataDir)?.pid ?? before).not.toBe(before);
        expect(await findEmbeddedPostgres(dataDir)).toBe(first.url);
      },
      { timeout: TIMEOUT_MS },
    );
    expect(await vi.waitFor(() => sql`select n from kept`, { timeout: TIMEOUT_MS })).toEqual([{ n: 7 }]);
  }
  await servers.at(-1)?.stop();
  expect(await findEmbeddedPostgres(dataDir)).toBeNull();
}, 90_000);

test("Who cannot take a Postgres over goes on trying, and the process with it", async () => {
  const dataDir = path.join(inject("scratchDirectory"), randomUUID());
  const lines: string[] = [];
  const logger = createLogger("error", { write: (line) => void lines.push(line) });
  const first = await startEmbeddedPostgres({ dataDir, logger, durable: false });
  const second = await startEmbeddedPostgres({ dataDir, logger, durable: false });
  onTestFinished(() => second.stop());
  await first.stop();
  // As a disk that is taken away.
  renameSync(dataDir, `${dataDir}.away`);
  await vi.waitFor(() => expect(lines.join("")).toContain("cannot be taken over yet"), {
    timeout: TIMEOUT_MS,
  });
  renameSync(`${dataDir}.away`, dataDir);
  await vi.waitFor(async () => expect(await findEmbeddedPostgres(dataDir)).toBe(first.url), {
    timeout: TIMEOUT_MS,
  });
}, 60_000);

describe("A Postgres that was taken over, and is no child of ours,", () => {
  /** Any program that runs until it is ended. */
  function start() {
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    onTestFinished(() => void child.kill("SIGKILL"));
    const server: Server = { pid: child.pid ?? 0, port: 1, status: "ready" };
    return { child, server };
  }

  test("that cannot be started again for long ends the process, by whoever opened it", async () => {
    const { child, server } = start();
    const lines: string[] = [];
    const logger = createLogger("error", { write: (line) => void lines.push(line) });
    const lost = vi.fn();
    const startAgain = () => Promise.reject(new Error("No space left on device"));
    keepRunning(server, startAgain, logger, lost, 0);
    child.kill("SIGKILL");
    await vi.waitFor(() => expect(lost).toHaveBeenCalledOnce(), { timeout: TIMEOUT_MS });
    expect(lines.at(-1)).toContain("giving up");
  });

  test("is started again too, as often as that takes; once it is let go, no more", async () => {
    const [first, second] = [start(), start()];
    let attempts = 0;
    const startAgain = async () => {
      attempts++;
      if (attempts === 1) throw new Error("No space left on device");
      return second.server;
    };
    const lines: string[] = [];
    const logger = createLogger("error", { write: (line) => void lines.push(line) });
    const kept = keepRunning(first.server, startAgain, logger);
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    await vi.waitFor(() => expect(attempts).toBe(2), { timeout: TIMEOUT_MS });
    expect(await kept.release()).toBe(second.server.pid);
    second.child.kill("SIGKILL");
    await once(second.child, "exit");
    expect(attempts).toBe(2);
    expect(lines).toEqual([
      expect.stringContaining("has ended and is started again"),
      expect.stringContaining("cannot be started yet. No space left"),
    ]);
  }, 60_000);
});
