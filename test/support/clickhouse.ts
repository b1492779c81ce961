import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { onlySettings } from "./child-env";

/** A package of its own: the engine is large, and for these tests alone. */
const HOME = path.resolve("test/support/clickhouse");

/** ClickHouse's engine behind a thin HTTP front, in a process of its own. */
export interface TestClickHouse {
  /** For CLICKHOUSE_URL. The front knows no users: whoever asks is let in. */
  url: string;
  pid: number;
  /** Rows of a query, by the front. */
  select<Row>(query: string): Promise<Row[]>;
  /** Stops it; what it has stays. */
  stop(): Promise<void>;
  /** Starts it again on what it has, at the same port. */
  start(): Promise<void>;
  /** For the end: with its files. */
  close(): Promise<void>;
}

export async function startClickHouse(): Promise<TestClickHouse> {
  installEngine();
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-clickhouse-"));
  let engine = await startEngine(folder, 0);
  const { port } = engine;
  const url = `http://127.0.0.1:${port}`;
  const stop = () => engine.stop();
  return {
    url: `http://keyward:hush@127.0.0.1:${port}/logs`,
    get pid() {
      return engine.pid;
    },
    stop,
    start: async () => {
      engine = await startEngine(folder, port);
    },
    select: async <Row>(query: string) => {
      const answer = await fetch(url, { method: "POST", body: query });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
      return text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Row);
    },
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function installEngine(): void {
  if (existsSync(path.join(HOME, "node_modules/chdb"))) return;
  // Not `npm ci`: the lock file has the engine for Linux alone, as others are not in every registry, and it wants all of them.
  const { status, stderr } = spawnSync("npm", ["install", "--no-save", "--no-fund", "--no-audit"], {
    cwd: HOME,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`ClickHouse's engine could not be installed:\n${stderr}`);
}

async function startEngine(folder: string, port: number) {
  const child = spawn(process.execPath, ["server.mjs", folder, String(port)], {
    cwd: HOME,
    stdio: ["ignore", "pipe", "inherit"],
    env: onlySettings({}),
  });
  const gone = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await gone;
  };
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith("{"))
      return { port: (JSON.parse(line) as { port: number }).port, pid: child.pid ?? 0, stop };
  throw new Error("ClickHouse's engine ended before it listened.");
}
