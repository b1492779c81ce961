import path from "node:path";
import { poll } from "@/server/embedded-postgres/processes";
import type { TestCluster } from "./cluster";
import { asPostgres, newServerDirectory, runServer, writeServerFile } from "./debian-server";
import { freePort } from "./ports";

const READY_TIMEOUT_MS = 20_000;

/** A pooler in transaction mode, as hostings put one in front of Postgres. */
export interface TestPooler {
  port: number;
  url(user: string, database: string, parameters?: string): string;
  stop(): Promise<void>;
}

/**
 * @param users who may come through it, with their names as passwords: a fixed list, as poolers have it
 * @param asker a superuser of the list, as whom everybody else's password is looked up in Postgres (`auth_query`)
 */
export async function startPooler(
  cluster: TestCluster,
  users: readonly string[],
  asker?: string,
): Promise<TestPooler> {
  const directory = newServerDirectory();
  const port = await freePort();
  const list = path.join(directory, "users.txt");
  writeServerFile(list, users.map((user) => `"${user}" "${user}"\n`).join(""));
  const settings = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    unix_socket_dir: "",
    auth_type: "scram-sha-256",
    auth_file: list,
    ...(asker && { auth_user: asker }),
    pool_mode: "transaction",
    default_pool_size: 3,
  };
  const file = path.join(directory, "pgbouncer.ini");
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  writeServerFile(
    file,
    `[databases]\n* = host=127.0.0.1 port=${cluster.port}\n[pgbouncer]\n${lines.join("\n")}\n`,
  );
  const [program, ...args] = asPostgres("pgbouncer", [file]);
  const running = runServer(program, args);
  let output = "";
  running.child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  const ready = await poll(() => {
    if (running.child.exitCode !== null) throw new Error(`pgbouncer ended before it was ready:\n${output}`);
    return output.includes("process up") || undefined;
  }, READY_TIMEOUT_MS);
  const url = (user: string, database: string, parameters = "sslmode=disable") =>
    `postgres://${user}:${user}@127.0.0.1:${port}/${database}?${parameters}`;
  if (ready) return { port, url, stop: running.stop };
  await running.stop();
  throw new Error(`pgbouncer did not become ready:\n${output}`);
}
