import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, statfsSync, symlinkSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { bundleCommandLine } from "@/cli/bundle";
import { createLogger } from "@/server/core/logger";
import { migrateDatabase } from "@/server/database/migrate";
import { superuserUrl } from "@/server/embedded-postgres/postmaster";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { loadSecrets } from "@/server/runtime/secrets-file";

const TEMPLATE = "keyward_template";

/** A file system in memory, on Linux. */
const MEMORY = "/dev/shm";
/** What the largest tables of the slow tests take, with the log of their writes, and as much again, in bytes. */
const ROOM_IN_MEMORY = 4 * 1_024 ** 3;

/**
 * One throw-away Postgres for the whole run, with a migrated template that test/support/postgres.ts copies.
 * Its files are in memory where there is room.
 * Provides `postgres` (how to make databases), `scratchDirectory` (for tests that start Postgres themselves, in data
 * directories one or two levels below it) and `commandLine`. All are gone after the run, however it ends.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = newDirectory(tmpdir());
  const reapers = [startReaper(scratch)];
  const logger = createLogger("warn");
  try {
    let directory = scratch;
    // A new database is 700 files, and to make and remove them takes a third of the time there.
    if (hasRoomInMemory()) {
      directory = newDirectory(MEMORY);
      reapers.push(startReaper(directory));
    }
    const dataDir = path.join(directory, "shared");
    const server = await startEmbeddedPostgres({ dataDir, logger, durable: false });
    const { port } = new URL(server.url);
    const { postgresPassword } = loadSecrets(dataDir);
    const adminUrl = superuserUrl(Number(port), postgresPassword, "postgres");
    await makePasswordCheap(adminUrl);
    await makeTemplate(adminUrl);
    project.provide("postgres", { adminUrl, template: TEMPLATE });
    project.provide("scratchDirectory", scratch);
    project.provide("commandLine", await commandLineIn(scratch));
    return async () => {
      await server.stop();
      await Promise.all(reapers.map(reap));
    };
  } catch (error) {
    await Promise.all(reapers.map(reap));
    throw error;
  }
}

function newDirectory(parent: string): string {
  const directory = mkdtempSync(path.join(parent, "keyward-test-"));
  // As root, Postgres runs as another user, who has to pass through.
  chmodSync(directory, 0o711);
  return directory;
}

function hasRoomInMemory(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ROOM_IN_MEMORY;
}

/** Node takes three times as long to load it from its sources. */
async function commandLineIn(scratch: string): Promise<string> {
  writeFileSync(path.join(scratch, "package.json"), JSON.stringify({ type: "module" }));
  // Packages stay where they are, and are found as if they were here.
  symlinkSync(path.resolve("node_modules"), path.join(scratch, "node_modules"), "dir");
  await bundleCommandLine(process.cwd(), scratch);
  return path.join(scratch, "cli.js");
}

/** Each connection would go through 4,096 rounds of a hash on both sides, thousands of times in a run. */
async function makePasswordCheap(adminUrl: string): Promise<void> {
  const admin = postgres(adminUrl, { max: 1 });
  try {
    await admin`set scram_iterations = 1`;
    await admin.unsafe(`alter role current_user password '${new URL(adminUrl).password}'`);
  } finally {
    await admin.end();
  }
}

async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    await admin`create database ${admin(TEMPLATE)}`;
    const url = new URL(adminUrl);
    url.pathname = TEMPLATE;
    await migrateDatabase(url.href);
    // A connection to it would hinder every copy, and a test that writes to it would change the fixture of all others.
    await admin`alter database ${admin(TEMPLATE)} with is_template true allow_connections false`;
  } finally {
    await admin.end();
  }
}

/**
 * Stops every Postgres below the directory and removes it as soon as its standard input closes; so also when this
 * process is killed, when nothing of ours can run any more.
 */
function startReaper(directory: string): ChildProcess {
  const script = `
    read -r _
    for file in "$1"/*/postgres/postmaster.pid "$1"/*/*/postgres/postmaster.pid; do
      [ -f "$file" ] || continue
      pid=$(head -n 1 "$file")
      # A left-over file may name a process that is none of ours by now.
      while ps -ww -o command= -p "$pid" | grep -qF -- "-D $1/"; do kill -QUIT "$pid"; sleep 0.1; done
    done
    rm -rf "$1"`;
  const reaper = spawn("/bin/sh", ["-c", script, "sh", directory], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  reaper.unref();
  // The type of a child's pipe does not tell that it is a socket.
  if (reaper.stdin instanceof Socket) reaper.stdin.unref();
  return reaper;
}

async function reap(reaper: ChildProcess): Promise<void> {
  const gone = once(reaper, "exit");
  reaper.ref();
  reaper.stdin?.end();
  await gone;
}
