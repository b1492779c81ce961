import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import postgres from "postgres";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { createLogger } from "@/server/core/logger";
import { superuserUrl } from "@/server/embedded-postgres/postmaster";
import { describeProcess, waitUntilGone } from "@/server/embedded-postgres/processes";
import {
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from "@/server/embedded-postgres/start";
import { loadSecrets } from "@/server/runtime/secrets-file";

const ROOT = path.resolve(import.meta.dirname, "../../../..");
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** A Keyward in a process of its own; ends with `stop()` on any input. */
const KEYWARD = `
  import { createLogger } from "${ROOT}/src/server/core/logger.ts";
  import { startEmbeddedPostgres } from "${ROOT}/src/server/embedded-postgres/start.ts";
  const tell = (what) => process.stdout.write(JSON.stringify(what) + "\\n");
  try {
    const dataDir = process.argv[1];
    const server = await startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
    tell({ owned: server.owned, url: server.url });
    process.stdin.once("data", () => server.stop().then(() => process.exit(0)));
  } catch (error) {
    tell({ error: error.message });
  }`;

interface Keyward {
  child: ChildProcess;
  told: { owned?: boolean; url: string; error?: string };
}

function newDirectory(): string {
  return path.join(inject("scratchDirectory"), randomUUID());
}

/** A data directory with a cluster in it, stopped. Copied: making one takes Postgres most of a second. */
async function usedDirectory(): Promise<string> {
  const seed = path.join(inject("scratchDirectory"), "seed");
  if (!existsSync(seed)) await (await start(seed)).stop();
  const dataDir = newDirectory();
  execFileSync("cp", ["-a", seed, dataDir]);
  return dataDir;
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
  onTestFinished(() => server.stop());
  return server;
}

/** Starts another Keyward and waits for what it has to tell. `prefix` is a command that runs it with other rights. */
async function startElsewhere(dataDir: string, prefix: string[] = []): Promise<Keyward> {
  const node = [process.execPath, "--import", "tsx", "--input-type=module", "-e", KEYWARD, dataDir];
  const [file = "", ...args] = [...prefix, ...node];
  const child = spawn(file, args, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => kill(child, "SIGKILL"));
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, told: JSON.parse(String(line)) };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

/** A directory that only root may enter. */
function closedDirectory(): string {
  const closed = newDirectory();
  mkdirSync(closed);
  chmodSync(closed, 0o700);
  return closed;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

function pidFile(dataDir: string): string {
  return path.join(dataDir, "postgres", "postmaster.pid");
}

function postmasterPid(dataDir: string): number {
  return Number(readFileSync(pidFile(dataDir), "utf8").split("\n")[0]);
}

function modeOf(file: string): number {
  return statSync(file).mode & 0o777;
}

describe("the embedded Postgres", () => {
  it("starts on a bare directory: UTF-8, loopback only, closed without the stored password", async () => {
    const dataDir = newDirectory();
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
    expect(existsSync(dataDir)).toBe(false);
    const server = await start(dataDir);
    expect(server.owned).toBe(true);
    expect(await findEmbeddedPostgres(dataDir)).toBe(server.url);

    const setting = (name: string) => `current_setting('${name}') as ${name}`;
    const names = ["server_encoding", "listen_addresses", "unix_socket_directories"];
    const facts = `select ${names.map(setting)}, datlocale from pg_database where datname = 'keyward'`;
    const { postgresPassword } = loadSecrets(dataDir);
    const superuser = superuserUrl(Number(new URL(server.url).port), postgresPassword, "keyward");
    expect(await query(superuser, facts)).toEqual([
      {
        server_encoding: "UTF8",
        listen_addresses: "127.0.0.1",
        unix_socket_directories: "",
        datlocale: "C.UTF-8",
      },
    ]);

    const wrong = new URL(server.url);
    wrong.password = "wrong";
    await expect(query(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
    expect(modeOf(path.join(dataDir, "postgres"))).toBe(0o700);
    expect(modeOf(path.join(dataDir, "postgres.log"))).toBe(0o600);
    expect(modeOf(dataDir)).toBe(isRoot ? 0o711 : 0o700);

    // A process group of its own: Ctrl-C in a terminal must not stop it before we have finished.
    const pid = postmasterPid(dataDir);
    const { stdout } = spawnSync("ps", ["-o", "pgid=", "-p", String(pid)], { encoding: "utf8" });
    expect(Number(stdout)).toBe(pid);
  });

  it("keeps its data over stop and start, and is gone when stop returns", async () => {
    const dataDir = await usedDirectory();
    const first = await start(dataDir);
    await query(first.url, "create table kept as select 42 as answer");
    const pid = postmasterPid(dataDir);
    await Promise.all([first.stop(), first.stop()]);
    expect(await describeProcess(pid)).toBeNull();
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
    const second = await start(dataDir);
    expect(await query(second.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  it("outlives a Keyward that is killed, and is taken over by the next", async () => {
    const dataDir = await usedDirectory();
    const predecessor = await startElsewhere(dataDir);
    await kill(predecessor.child, "SIGKILL");
    const pid = postmasterPid(dataDir);
    const server = await start(dataDir);
    expect(server).toMatchObject({ owned: true, url: predecessor.told.url });
    expect(postmasterPid(dataDir)).toBe(pid);
    await server.stop();
    expect(await describeProcess(pid)).toBeNull();
  });

  it("recovers what was committed when Keyward and Postgres are both killed", async () => {
    const dataDir = await usedDirectory();
    const predecessor = await startElsewhere(dataDir);
    await query(predecessor.told.url, "create table kept as select 42 as answer");
    const pid = postmasterPid(dataDir);
    process.kill(pid, "SIGKILL");
    await kill(predecessor.child, "SIGKILL");
    expect(await waitUntilGone(pid, 5_000)).toBe(true);
    expect(existsSync(pidFile(dataDir))).toBe(true);
    const server = await start(dataDir);
    expect(await query(server.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  it("replaces a postmaster.pid that is half written, or whose number another program has now", async () => {
    const dataDir = await usedDirectory();
    const first = await start(dataDir);
    const content = readFileSync(pidFile(dataDir), "utf8");
    await first.stop();
    // Of the same user: Postgres itself passes over programs it may not send signals to.
    const { uid, gid } = statSync(path.join(dataDir, "postgres"));
    const stranger = spawn("sleep", ["60"], { stdio: "ignore", uid, gid, cwd: "/" });
    onTestFinished(() => kill(stranger, "SIGKILL"));
    for (const stale of [content.replace(/^\d+/, String(stranger.pid)), ""]) {
      writeFileSync(pidFile(dataDir), stale, { mode: 0o600 });
      chownSync(pidFile(dataDir), uid, gid);
      expect(await findEmbeddedPostgres(dataDir)).toBeNull();
      const server = await start(dataDir);
      expect(server.owned).toBe(true);
      expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
      await server.stop();
    }
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  it("is shared by two that start at once on a bare directory; only its owner stops it", async () => {
    const dataDir = newDirectory();
    const both = await Promise.all([startElsewhere(dataDir), startElsewhere(dataDir)]);
    const owner = both.find(({ told }) => told.owned);
    const guest = both.find(({ told }) => !told.owned);
    if (!owner || !guest)
      throw new Error(`One owner expected: ${JSON.stringify(both.map(({ told }) => told))}`);
    expect(guest.told.url).toBe(owner.told.url);
    const ended = once(guest.child, "exit");
    guest.child.stdin?.write("stop\n");
    expect(await ended).toEqual([0, null]);
    expect(await query(owner.told.url, "select 1 as one")).toEqual([{ one: 1 }]);
    const stopped = once(owner.child, "exit");
    owner.child.stdin?.write("stop\n");
    expect(await stopped).toEqual([0, null]);
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
  });

  it("says why it did not start, in the words of its log, and starts once that is mended", async () => {
    const dataDir = await usedDirectory();
    const config = path.join(dataDir, "postgres", "postgresql.conf");
    const good = readFileSync(config, "utf8");
    writeFileSync(config, `${good}\nshared_buffers = plenty\n`);
    await expect(start(dataDir)).rejects.toThrow(/invalid value for parameter "shared_buffers": "plenty"/);
    writeFileSync(config, good);
    expect((await start(dataDir)).owned).toBe(true);
  });
});

describe.runIf(isRoot)("run by root, whom Postgres refuses", () => {
  it("belongs to another user, and reaches a data directory below one that is closed to that user", async () => {
    const closed = closedDirectory();
    const server = await start(path.join(closed, "data"));
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(statSync(path.join(closed, "data", "postgres")).uid).not.toBe(0);
  });

  it("names the closed directory and the cure where root may not pass the right on", async () => {
    const closed = closedDirectory();
    const limited = ["setpriv", "--bounding-set=-dac_read_search"];
    const { told } = await startElsewhere(path.join(closed, "data"), limited);
    expect(told.error).toContain(`cannot enter ${closed}: set DATA_DIR to a directory outside of it`);
  });

  const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  const [command = "", ...options] = [...asNobody, "test", "-r", path.join(ROOT, "package.json")];
  it.runIf(spawnSync(command, options).status === 0)("leaves an ordinary user its own Postgres", async () => {
    const dataDir = newDirectory();
    mkdirSync(dataDir);
    chownSync(dataDir, NOBODY, NOBODY);
    const { told } = await startElsewhere(dataDir, asNobody);
    expect(told).toMatchObject({ owned: true });
    expect(statSync(path.join(dataDir, "postgres")).uid).toBe(NOBODY);
  });
});
